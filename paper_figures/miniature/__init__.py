"""Figures of the miniature language models."""
