"""What may be concluded from scores: p-values of several kinds, families of traits, and when a sign is settled."""
