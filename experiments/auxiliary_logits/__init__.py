"""Digits from noise: what moves the transfer through auxiliary logits."""
