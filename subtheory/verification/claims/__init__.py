"""One file per result of theory.md: ``claims(laboratory) -> list[Claim]``."""
