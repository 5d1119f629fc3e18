"""Figures that are drawn from several experiments' records, of one room each."""
