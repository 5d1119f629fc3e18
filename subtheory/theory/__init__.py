"""What must happen: closed forms, matrix-free, without any training loop (theory.md, T1-T13)."""

from .._lazy import submodules

__getattr__, __dir__ = submodules(__name__)
