"""Figures of the auxiliary-logit experiments."""
