"""Scores of whole data sets."""
