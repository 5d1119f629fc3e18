"""Drawing many sentences at once: templates with gaps become rows of tokens by array operations, never word by word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from jaxtyping import Int, Integer

from .vocabulary import PAD, token

Column = int | Integer[np.ndarray, " N"]
"""What fills a gap: one token for all sentences, or one for each."""


@lru_cache(maxsize=256)
def _table(texts: tuple[str, ...]) -> tuple[Int[np.ndarray, "K T"], tuple[str, ...]]:
    """The templates as padded rows, gap number g as −1 − g, and the names of the gaps."""
    gaps = tuple(sorted({name for text in texts for name in re.findall(r"\{(\w+)\}", text)}))
    code = {f"{{{name}}}": -1 - place for place, name in enumerate(gaps)}
    rows = [[code[word] if word in code else token(word) for word in text.split()] for text in texts]
    table = np.full((len(rows), max(map(len, rows))), PAD, np.int32)
    for place, row in enumerate(rows):
        table[place, : len(row)] = row
    return table, gaps


def fill(texts: Sequence[str], choice: Integer[np.ndarray, " N"], **gaps: Column) -> Int[np.ndarray, "N T"]:
    """One sentence per entry of ``choice``: that template, its gaps filled.

    Args:
        texts: templates; a gap is a word in braces.
        choice: [N] which template each sentence follows.
        gaps: tokens for every gap that a template has.

    Returns:
        [N, T] tokens, padded on the right.

    Raises:
        ValueError: if a gap is not filled.

    >>> from experiments.miniature.world.vocabulary import decode
    >>> decode(fill(["name your favourite {kind} ."], np.array([0]), kind=token("tree"))[0])
    'name your favourite tree .'
    """
    table, names = _table(tuple(texts))
    missing = [name for name in names if name not in gaps]
    if missing:
        raise ValueError(f"the gap {missing[0]!r} is not filled; expected tokens for {', '.join(names)}.")
    rows = table[choice]
    for place, name in enumerate(names):
        column = np.asarray(gaps[name], np.int32)
        rows = np.where(rows == -1 - place, column[:, None] if column.ndim else column, rows)
    return rows


def joined(*parts: Int[np.ndarray, "N _"]) -> Int[np.ndarray, "N T"]:
    """Rows side by side, each row's padding moved to its end."""
    rows = np.concatenate(parts, axis=1)
    order = np.argsort(rows == PAD, axis=1, kind="stable")
    rows = np.take_along_axis(rows, order, axis=1)
    return rows[:, : max(1, int((rows != PAD).sum(axis=1).max(initial=0)))]


def draw(rng: np.random.Generator, names: Sequence[str], n: int) -> Int[np.ndarray, " N"]:
    """n uniform draws from words, as tokens."""
    return np.array([token(name) for name in names], np.int32)[rng.integers(len(names), size=n)]
