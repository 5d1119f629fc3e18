"""Directions whose matrices are products of thin factors (theory.md, T16)."""
