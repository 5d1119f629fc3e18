"""The lines of a file as UTF-8, whatever the file is made of: gzip or not, UTF-8 or UTF-16, told by its first bytes."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

GZIP = b"\x1f\x8b"
UTF8, UTF16 = codecs.BOM_UTF8, (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""Byte-order marks."""


class Piece(NamedTuple):
    """One line and where it lies: bytes of the content, uncompressed; in UTF-16, lines."""

    content: bytes
    start: int
    end: int


@contextmanager
def reading(path: Path, expected: str) -> Iterator[None]:
    """Turn what the system or a decompressor says about a file into one sentence.

    Raises:
        ValueError: in place of OSError, EOFError and zlib's error.
    """
    try:
        yield
    except (OSError, EOFError, zlib.error) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower().rstrip(".")
        raise ValueError(f"cannot read {str(path)!r} ({reason}); expected {expected}.") from error


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A file's content, uncompressed if it is gzip, whatever its name; it can be sought in."""
    with path.open("rb") as raw:
        compressed = raw.read(2) == GZIP
        raw.seek(0)
        if compressed:
            with gzip.GzipFile(fileobj=raw) as stream:
                yield cast(BinaryIO, stream)
        else:
            yield raw


def lines_of(path: Path, start: int = 0) -> Iterator[Piece]:
    """The lines of a file from a place on, one at a time, as UTF-8 without a byte-order mark.

    Args:
        path: the file.
        start: the ``end`` of an earlier line, or 0.

    Raises:
        OSError, EOFError, zlib.error: see ``reading``.
        ValueError: UTF-16 that is none.
    """
    with opened(path) as stream:
        head = stream.read(3)
        if head[:2] in UTF16:
            stream.seek(0)
            yield from _wide_lines(path, stream, start)
            return
        stream.seek(start or (len(UTF8) if head == UTF8 else 0))
        place = stream.tell()
        for content in iter(stream.readline, b""):
            yield Piece(content, place, place + len(content))
            place += len(content)


def text_of(path: Path) -> str:
    """All of a file's text.

    Raises:
        OSError, EOFError, zlib.error: see ``reading``.
        ValueError: content that is no text.
    """
    return b"".join(piece.content for piece in lines_of(path)).decode()


def _wide_lines(path: Path, stream: BinaryIO, start: int) -> Iterator[Piece]:
    with io.TextIOWrapper(stream, "utf-16", newline="\n") as text:
        try:
            for place, line in enumerate(text):
                if place >= start:
                    yield Piece(line.encode(), place, place + 1)
        except UnicodeError as error:
            raise ValueError(f"{str(path)!r} begins as text in UTF-16, and is none ({error}).") from None
