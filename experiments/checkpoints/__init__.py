"""Experiments on real language models' checkpoints."""
