"""The weights of a GGUF file, dequantised tensor by tensor as they are asked for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ..._extras import library
from .gguf_header import Header, Stored, damaged, told
from .gguf_names import ROTATION_FACTORS, gguf_names, restored

QUANTISATIONS = (
    "F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K",
)  # fmt: skip
"""What can be read."""


@dataclass(frozen=True)
class GGUFWeights:
    """What ``safetensors_files.Weights`` is, of a GGUF file: nothing is read until a tensor is asked for.

    Attributes:
        header: of the open file.
        architecture: as the file names it.
        heads: of queries, and of keys.
        names: in the Hugging Face layout → in GGUF, of all tensors that such a file may hold.
        files: the same, of those that it does hold; one without a name in the Hugging Face layout keeps its own.
        described: what speaks of the tensors.
    """

    header: Header
    architecture: str
    heads: tuple[int, int]
    names: Mapping[str, str] = field(repr=False)
    files: Mapping[str, str] = field(repr=False)
    described: str = "its metadata"

    @property
    def folder(self) -> Path:
        """For messages: the file."""
        return self.header.path

    def told(self, name: str) -> str:
        """A tensor's name, as the file's readers know it."""
        return told(self.names.get(name, name))

    def shape(self, name: str) -> tuple[int, ...]:
        """A tensor's shape, from the file's header."""
        return self.header.tensors[self.files[name]].shape

    def check_dtype(self, name: str) -> None:
        """Every kind that is not supported was refused with the header."""

    def read(self, name: str) -> np.ndarray:
        """A tensor, in float32."""
        own = self.files[name]
        return restored(self.architecture, own, dequantised(self.header, own), *self.heads)


def gguf_weights(
    header: Header, architecture: str, family: str, layers: int, heads: int, key_value_heads: int
) -> GGUFWeights:
    """The weights of a file whose header is sound.

    Raises:
        ValueError: a tensor of an unsupported quantisation, or one that lies outside the file.
    """
    for name, stored in header.tensors.items():
        _size(header, name, stored)
    names = gguf_names(family, layers)
    found = {name: own for name, own in names.items() if own in header.tensors}
    others = set(header.tensors) - set(found.values()) - {ROTATION_FACTORS}
    files = found | {own: own for own in sorted(others)}
    return GGUFWeights(header, architecture, (heads, key_value_heads), names, files)


def dequantised(header: Header, name: str) -> np.ndarray:
    """A tensor of the file as it lies there, in float32."""
    quants = library("a GGUF file", "gguf", "gguf.quants")
    constants = library("a GGUF file", "gguf", "gguf.constants")
    stored = header.tensors[name]
    kind, size = constants.GGMLQuantizationType(stored.kind), _size(header, name, stored)
    content = header.content[stored.place : stored.place + size]
    if kind.name == "F32":
        return np.array(content.view("<f4").reshape(stored.shape))
    rows = content.reshape(*stored.shape[:-1], -1)
    return np.asarray(quants.dequantize(rows, kind), np.float32).reshape(stored.shape)


def _size(header: Header, name: str, stored: Stored) -> int:
    """How many bytes a tensor takes, all of which lie in the file."""
    constants = library("a GGUF file", "gguf", "gguf.constants")
    try:
        kind = constants.GGMLQuantizationType(stored.kind)
    except ValueError:
        kind = None
    if kind is None or kind.name not in QUANTISATIONS:
        got = f"kind {stored.kind}" if kind is None else kind.name
        known = ", ".join(QUANTISATIONS)
        raise ValueError(f"{str(header.path)!r} holds {told(name)} as {got}; expected one of {known}.")
    block, each = constants.GGML_QUANT_SIZES[kind]
    if not stored.shape or 0 in stored.shape or stored.shape[-1] % block:
        raise damaged(header.path, f"{told(name)} has the shape {list(stored.shape)}, which {kind.name} cannot store")
    size = math.prod(stored.shape) // block * each
    if stored.place + size > len(header.content):
        raise damaged(header.path, f"{told(name)} would end at byte {stored.place + size:,} of {len(header.content):,}")
    return size
