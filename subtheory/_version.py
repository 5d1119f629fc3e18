"""The version, here and nowhere else: what is built takes it from this file, and a test holds CITATION.cff to it."""

__version__ = "0.1.0"
