"""Figures of the experiments on real checkpoints."""
