"""What a tokenizer.json may ask of the library that reads it, which is compiled and ends the process where it cannot.

An allocation that fails there is no exception. So whatever multiplies text is bounded before the library sees the file,
and what nothing here needs (padding, truncation) is taken out of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

LARGEST_GROWTH = 1000
"""By how much a tokenizer's replacements may lengthen a text; published ones do by 3."""

LONGEST_TEXT = 10_000
"""Characters of a text in any part; published patterns have 400."""

LONGEST_TABLE = 2**24
"""Characters of a table of SentencePiece's, which is one text; published ones have 320 000."""

MOST_PARTS = 100_000
LONGEST_ADDED = 10**7
"""Characters of all added tokens once the normalizer went over them: the library makes an automaton of them."""


class TokenizerFile(msgspec.Struct):
    """The parts of tokenizer.json that can do harm; the vocabulary is left to the library."""

    normalizer: dict[str, Any] | None = None
    pre_tokenizer: dict[str, Any] | None = None
    post_processor: dict[str, Any] | None = None
    decoder: dict[str, Any] | None = None
    added_tokens: list[dict[str, Any]] | None = None


def harmless(path: Path, content: bytes) -> str:
    """The text of tokenizer.json without padding and truncation.

    Raises:
        ValueError: parts that would lengthen texts, or the added tokens, beyond measure.
        msgspec.MsgspecError, UnicodeDecodeError, RecursionError: what is no JSON of such parts.
    """
    text = content.decode("utf-8-sig")
    parts = msgspec.json.decode(text, type=TokenizerFile)
    growth, before = _growth(path, (parts.normalizer, parts.pre_tokenizer, parts.post_processor, parts.decoder))
    added = [str(one.get("content", "")) for one in parts.added_tokens or ()]
    length = sum(growth * (len(one) + before) for one in added)
    if length > LONGEST_ADDED:
        raise ValueError(
            f"{str(path)!r} has {len(added)} added tokens, of {length} characters once they are normalised; expected "
            f"{LONGEST_ADDED} at most."
        )
    whole = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    for name in ("padding", "truncation"):
        if bytes(whole.get(name, b"null")) != b"null":
            whole[name] = msgspec.Raw(b"null")
            text = ""
    return text or msgspec.json.encode(whole).decode()


def _growth(path: Path, given: tuple[Any, ...]) -> tuple[int, int]:
    """The product of all replacements' lengths, and what is put before a text; raise where a part is too large."""
    growth, before = 1, 0
    for count, (name, part) in enumerate(_walked(given)):
        if isinstance(part, Mapping) and part.get("type") == "Replace" and isinstance(part.get("content"), str):
            growth *= max(1, len(part["content"]))
        if isinstance(part, Mapping) and isinstance(part.get("prepend"), str):
            before += len(part["prepend"])
        if growth > LARGEST_GROWTH:
            raise ValueError(
                f"{str(path)!r} lengthens texts {growth}-fold or more; expected a tokenizer that does by at most "
                f"{LARGEST_GROWTH}."
            )
        longest = LONGEST_TABLE if name == "precompiled_charsmap" else LONGEST_TEXT
        if isinstance(part, str) and len(part) > longest:
            raise ValueError(
                f"{str(path)!r} has a part with a text of {len(part)} characters; expected at most {longest}."
            )
        if count > MOST_PARTS:
            raise ValueError(f"{str(path)!r} has more than {MOST_PARTS} parts; expected a tokenizer of a few.")
    return growth, before


def _walked(given: tuple[Any, ...]) -> Iterator[tuple[str, Any]]:
    """Every value within, with its key."""
    waiting: list[tuple[str, Any]] = [("", part) for part in given]
    while waiting:
        name, part = waiting.pop()
        yield name, part
        if isinstance(part, Mapping):
            waiting.extend((str(key), value) for key, value in part.items())
        elif isinstance(part, list):
            waiting.extend((name, value) for value in part)
