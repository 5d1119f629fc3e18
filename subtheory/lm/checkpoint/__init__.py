"""Folders in the Hugging Face layout: reading, writing, describing."""
