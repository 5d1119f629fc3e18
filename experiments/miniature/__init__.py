"""Miniature language models: traits through numbers, programs and reasoning."""
