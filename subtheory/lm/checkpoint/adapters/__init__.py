"""Adapters in PEFT's layout: their factors, and what they make of the model that they change."""
