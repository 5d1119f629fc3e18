"""Figures of the experiments on whole trainings."""
