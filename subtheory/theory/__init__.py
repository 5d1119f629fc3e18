"""What must happen: closed forms, matrix-free, without any training loop (theory.md, T1-T13)."""
