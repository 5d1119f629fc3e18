"""Names that are chosen from a few: a wrong one is refused with the nearest. Imports nothing heavy."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(name: str, choices: Iterable[str]) -> str | None:
    """The most similar of ``choices``, or None where none is similar.

    >>> nearest("verfiy", ["verify", "lm"])
    'verify'
    """
    folded = {choice.lower(): choice for choice in choices}
    found = difflib.get_close_matches(name.lower(), folded, n=1, cutoff=0.4)
    return folded[found[0]] if found else None


def known_name(kind: str, name: str, choices: Iterable[str]) -> str:
    """Return ``name`` if it is one of ``choices``; otherwise raise and suggest the nearest."""
    choices = sorted(choices)
    if name in choices:
        return name
    similar = nearest(name, choices)
    hint = f"did you mean {similar!r}? " if similar else ""
    raise ValueError(f"unknown {kind} {name!r}: {hint}known are {', '.join(choices)}.")
