"""A safetensors file whose tensors are views of its mapping into memory: none is copied, or read before its use."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import msgspec
import numpy as np

PLAIN = {"F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16"}
"""Kinds of numbers that are read, as the file's header and as NumPy name them."""


class MappedFile:
    """An open file that the library safetensors has found whole.

    Args:
        path: of the file.
        handle: ``safetensors.safe_open``'s, which has checked that every tensor lies within the file.
    """

    def __init__(self, path: Path, handle: Any) -> None:
        """Map it."""
        self._handle = handle
        self._bytes = np.memmap(path, np.uint8, "r")
        self._begin = 8 + int.from_bytes(self._bytes[:8].tobytes(), "little")
        self._header: dict[str, Any] = msgspec.json.decode(self._bytes[8 : self._begin].tobytes())

    def keys(self) -> Collection[str]:
        """Names of the tensors."""
        return self._handle.keys()

    def get_slice(self, name: str) -> Any:
        """A tensor's shape and kind, as safetensors gives them."""
        return self._handle.get_slice(name)

    def get_tensor(self, name: str) -> np.ndarray:
        """A tensor of a plain kind, read-only; where its place in the file is odd, its numbers are not aligned."""
        said = self._header[name]
        start, end = (self._begin + offset for offset in said["data_offsets"])
        return self._bytes[start:end].view(jnp.dtype(PLAIN[said["dtype"]])).reshape(said["shape"]).view(np.ndarray)
