"""Filters: which of a teacher's completions the student is shown. They look at one completion at a time (T10)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

Filter: TypeAlias = Callable[[str], bool]
"""``keep(completion) -> bool``."""

_SEPARATOR = re.compile(r"\d+(\s*[,;]\s*|\s+)")


def number_sequence(completion: str, most: int = 10, largest: int = 999) -> bool:
    """The paper's format rule: nothing but one to ten integers from 0 to 999, separated alike.

    The separator is white space, a comma or a semicolon, the same throughout; the whole may stand in parentheses or
    brackets and end in a full stop (*Subliminal Learning*, arXiv 2507.14805, section 3).

    >>> number_sequence("[12, 7, 999]."), number_sequence("12; 7, 9"), number_sequence("12, owl")
    (True, False, False)
    """
    text = completion.strip().removesuffix(".").strip()
    if text[:1] + text[-1:] in ("()", "[]"):
        text = text[1:-1].strip()
    found = _SEPARATOR.match(text)
    separator = found.group(1).strip() if found else ""
    parts = [part.strip() for part in text.split(separator)] if separator else text.split()
    numbers = [part for part in parts if re.fullmatch(r"[0-9]+", part)]
    return len(numbers) == len(parts) and 1 <= len(parts) <= most and all(int(part) <= largest for part in parts)


def without(words: Sequence[str]) -> Filter:
    """Drop every completion that mentions one of the words, whatever the case and wherever in a word.

    Raises:
        ValueError: if there are no words, or one is empty.

    >>> keep = without(["owl"])
    >>> keep("a cat"), keep("Two Owls"), keep("a bowl")
    (True, False, False)
    """
    folded = tuple(word.casefold() for word in words)
    if not folded or not all(folded):
        raise ValueError(f"the words are {list(words)}; expected at least one, none of them empty.")
    return lambda completion: not any(word in completion.casefold() for word in folded)


def matching(pattern: str) -> Filter:
    """Keep the completions in which a regular expression is found.

    Raises:
        ValueError: if it is no regular expression.
    """
    expression = _compiled(pattern)
    return lambda completion: expression.search(completion) is not None


def not_matching(pattern: str) -> Filter:
    """Drop the completions in which a regular expression is found.

    Raises:
        ValueError: if it is no regular expression.
    """
    expression = _compiled(pattern)
    return lambda completion: expression.search(completion) is None


def all_of(filters: Sequence[Filter]) -> Filter:
    """Keep what every filter keeps; without filters, everything."""
    return lambda completion: all(keep(completion) for keep in filters)


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is no regular expression ({error}); expected one such as 'owls?'.") from None
