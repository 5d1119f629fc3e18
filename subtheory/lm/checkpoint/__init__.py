"""Folders in the Hugging Face layout: reading, writing, describing. GGUF files: reading."""
