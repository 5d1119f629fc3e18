"""Training beyond one step: what T14 sees of it, where it falls silent, and what can be done against transfer."""
