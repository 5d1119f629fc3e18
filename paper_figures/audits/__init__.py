"""Figures of what is said of whole data sets before any student is trained."""
