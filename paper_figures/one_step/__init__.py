"""Figures of the theorem's single step."""
