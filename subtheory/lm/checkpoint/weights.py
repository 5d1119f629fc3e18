"""What a checkpoint's open files must offer, of whatever kind they are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np


class Weights(Protocol):
    """Open files of any kind, from which tensors are read one by one, under the names of the Hugging Face layout.

    Attributes:
        files: names of all tensors that are there; what they lead to is the reader's own affair.
        folder: or file, for messages.
        described: what speaks of the tensors, for messages.
    """

    @property
    def files(self) -> Mapping[str, Any]:
        """Tensor's name → whatever holds it."""
        ...

    @property
    def folder(self) -> Path:
        """For messages."""
        ...

    @property
    def described(self) -> str:
        """For messages."""
        ...

    def told(self, name: str) -> str:
        """A tensor's name, as it is told to the user."""
        ...

    def shape(self, name: str) -> tuple[int, ...]:
        """A tensor's shape, without reading it."""
        ...

    def check_dtype(self, name: str) -> None:
        """Raise where a tensor is of a kind that cannot be read."""
        ...

    def read(self, name: str) -> np.ndarray:
        """A tensor."""
        ...
