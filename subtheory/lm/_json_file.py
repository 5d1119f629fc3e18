"""The JSON files of a checkpoint's folder, which may come from strangers: read in bounded time and memory."""

from __future__ import annotations

import reprlib
from pathlib import Path
from typing import Any

import msgspec

LARGEST = 2**28
"""Bytes of a file that is read as a whole: the largest tokenizers that are published have a tenth of it."""

DEEPEST = 64
"""Objects and lists within one another; published files have about ten."""


def read_bytes(path: Path, most: int = LARGEST) -> bytes:
    """The content of a file that is small enough.

    Raises:
        ValueError: a file that cannot be read, or has more than ``most`` bytes.
    """
    try:
        size = path.stat().st_size
        if size > most:
            raise ValueError(f"{str(path)!r} has {size} bytes; expected at most {most} of such a file.")
        return path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ValueError(f"cannot read {str(path)!r} ({reason}); expected a file of a checkpoint.") from None


def read_text(path: Path) -> str:
    """The text of a file in UTF-8, with or without a byte order mark.

    Raises:
        ValueError: as ``read_bytes``; or bytes that are not UTF-8.
    """
    try:
        return read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{str(path)!r} is no text in UTF-8 ({error.reason} at byte {error.start}).") from None


def read_json(path: Path) -> dict[str, Any]:
    """The object that a JSON file holds.

    Raises:
        ValueError: a file that is no JSON (NaN and infinity are none), is nested too deeply, or holds something else.
    """
    try:
        raw = msgspec.json.decode(read_bytes(path).removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ValueError(f"{str(path)!r} is no JSON: {error}.") from None
    except RecursionError:
        raise ValueError(f"{str(path)!r} is nested too deeply; expected at most {DEEPEST} levels.") from None
    if not isinstance(raw, dict):
        raise ValueError(f"{str(path)!r} holds a {type(raw).__name__}; expected a JSON object.")
    if _deeper(raw, DEEPEST):
        raise ValueError(f"{str(path)!r} is nested too deeply; expected at most {DEEPEST} levels.")
    return raw


def shown(value: Any) -> str:
    """A value from a stranger's file as a sentence may quote it: on one line, and short.

    >>> shown(list(range(1000)))
    '[0, 1, 2, 3, ...]'
    """
    short = reprlib.Repr()
    short.maxlevel, short.maxlist, short.maxdict, short.maxother = 3, 4, 4, 60
    short.maxstring = 80
    return short.repr(value)


def one_line(text: str, most: int = 200) -> str:
    """A library's message as part of a sentence: on one line, its middle left out where it is long."""
    words = " ".join(text.split())
    return words if len(words) <= most else f"{words[: most // 2 - 3]} ... {words[3 - most // 2 :]}"


def _deeper(raw: Any, levels: int) -> bool:
    """Whether containers lie more than ``levels`` deep, without going deep itself."""
    layer = [raw]
    for _ in range(levels):
        layer = [
            inner
            for outer in layer
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not layer:
            return False
    return True
