"""The one-step verification of a language model."""
