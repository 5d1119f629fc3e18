"""The header of a GGUF file: its metadata, and where its tensors lie. Every length is held against the file's own."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

MAGIC = b"GGUF"
VERSIONS = (2, 3)
NUMBERS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
STRING, ARRAY = 8, 9
LARGEST_RANK = 4
LONGEST_TOLD = 64


@dataclass(frozen=True)
class Stored:
    """A tensor as it lies in the file.

    Attributes:
        shape: the slowest axis first, as numpy has it.
        kind: the number of its quantisation.
        place: of its first byte in the file.
    """

    shape: tuple[int, ...]
    kind: int
    place: int


@dataclass(frozen=True)
class Header:
    """What a GGUF file says of itself.

    Attributes:
        path: of the file.
        metadata: key → number, text, or list of either.
        tensors: name → where and how it is stored.
        content: the file's bytes, mapped into memory, not read.
    """

    path: Path
    metadata: Mapping[str, Any] = field(repr=False)
    tensors: Mapping[str, Stored] = field(repr=False)
    content: np.ndarray = field(repr=False)


def damaged(path: Path, how: str) -> ValueError:
    """The complaint about a file that is not what its header says."""
    return ValueError(f"{str(path)!r} is damaged or cut short ({how}); download or copy it again.")


def told(name: str) -> str:
    """A name that a file gives, fit for a message of one line."""
    return name if name.isprintable() and len(name) <= LONGEST_TOLD else f"{name[:LONGEST_TOLD]!a} …"


def read_header(path: Path) -> Header:
    """Read a GGUF file's header; memory is bounded by a small multiple of what the header takes in the file.

    Raises:
        ValueError: no such file, no GGUF file, one of another version or byte order, or one that ends too early.
    """
    if not path.is_file():
        raise ValueError(f"{str(path)!r} is no file here; expected a GGUF file.")
    if path.stat().st_size < len(MAGIC):
        raise damaged(path, "it holds no header")
    content = np.memmap(path, np.uint8, mode="r")
    cursor = _Cursor(path, content.data)
    if cursor.take(len(MAGIC)) != MAGIC:
        raise ValueError(f"{str(path)!r} is no GGUF file; expected one, or a checkpoint's folder.")
    version = cursor.number(4)
    if version not in VERSIONS:
        raise ValueError(
            f"{str(path)!r} is a GGUF file of version {version}; expected 2 or 3, little-endian: convert it again."
        )
    tensors, keys = cursor.number(10), cursor.number(10)
    metadata = {}
    for _ in range(cursor.count(keys, 13, "metadata")):  # the length of a key, a type, a value: 13 bytes or more
        name = cursor.text()
        metadata[name] = cursor.value(cursor.number(4), name)
    described = [cursor.tensor() for _ in range(cursor.count(tensors, 24, "tensors"))]
    alignment = metadata.get("general.alignment", 32)
    if not isinstance(alignment, int) or alignment < 1:
        raise damaged(path, f"its alignment is {alignment!r}")
    start = -(-cursor.place // alignment) * alignment
    placed = {name: Stored(shape, kind, start + offset) for name, shape, kind, offset in described}
    return Header(path, metadata, placed, content)


class _Cursor:
    """Reads on, and complains before it would read past the end."""

    def __init__(self, path: Path, view: memoryview):
        self.path, self.view, self.place = path, view, 0

    def take(self, size: int) -> bytes:
        if size > len(self.view) - self.place:
            raise damaged(self.path, f"its header speaks of {size:,} bytes more where there are fewer")
        self.place += size
        return bytes(self.view[self.place - size : self.place])

    def count(self, number: int, size: int, what: str) -> int:
        """The number, if so many things of at least ``size`` bytes each can still follow."""
        if number * size > len(self.view) - self.place:
            raise damaged(self.path, f"its header speaks of {number:,} {what}, more than it has room for")
        return number

    def number(self, kind: int) -> Any:
        return struct.unpack(NUMBERS[kind], self.take(struct.calcsize(NUMBERS[kind])))[0]

    def text(self) -> str:
        return self.take(self.number(10)).decode("utf-8", "replace")

    def value(self, kind: int, name: str) -> Any:
        if kind == STRING:
            return self.text()
        if kind in NUMBERS:
            return self.number(kind)
        if kind != ARRAY:
            raise damaged(self.path, f"{told(name)} is of the unknown type {kind}")
        inner, size = self.number(4), self.number(10)
        if inner == STRING:
            return [self.text() for _ in range(self.count(size, 8, f"texts in {told(name)}"))]
        if inner not in NUMBERS:
            raise damaged(self.path, f"{told(name)} is a list of the unknown type {inner}")
        each = struct.calcsize(NUMBERS[inner])
        content = self.take(each * self.count(size, each, f"numbers in {told(name)}"))
        return np.frombuffer(content, np.dtype(NUMBERS[inner])).tolist()

    def tensor(self) -> tuple[str, tuple[int, ...], int, int]:
        name, rank = self.text(), self.number(4)
        if rank > LARGEST_RANK:
            raise damaged(self.path, f"{told(name)} has {rank} axes")
        shape = tuple(self.number(10) for _ in range(rank))[::-1]
        return name, shape, self.number(4), self.number(10)
