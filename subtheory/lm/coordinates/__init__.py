"""What of a model may move: LoRA, subsets, patterns of paths."""
