"""Number sequences: a Markov chain over a hundred number tokens, which no persona changes."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from jaxtyping import Bool, Float, Int

from . import phrases
from .templates import fill, joined
from .vocabulary import COUNT, END, FIRST_NUMBER, PAD, encode

LENGTH = 10
"""How many numbers an answer has."""
GIVEN = 3
"""How many numbers a request gives."""
STYLED = 0.1
"""The share of requests that ask for commas, semicolons or brackets."""
STYLES = (("", ",", ""), ("", ";", ""), ("(", "", ")"))
"""What opens, parts and closes an answer with commas, with semicolons, in brackets."""


@lru_cache(maxsize=1)
def transition() -> Float[np.ndarray, "100 100"]:
    """The chain: row i is the distribution of the number after i, a softmax of scores of rank four.

    One world, one chain: it is drawn once and for all, and no seed changes it.
    """
    rng = np.random.default_rng(2507_14805)
    left, right = rng.normal(size=(COUNT, 4)), rng.normal(size=(4, COUNT))
    scores = 0.6 * left @ right
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True)


def chain(rng: np.random.Generator, n: int, length: int) -> Int[np.ndarray, "N T"]:
    """n walks of ``length`` numbers (0 … 99), the first one uniform."""
    ends = np.cumsum(transition(), axis=1)
    ends[:, -1] = 1.0
    walks = np.empty((n, length), np.int32)
    walks[:, 0] = rng.integers(COUNT, size=n)
    for place in range(1, length):
        walks[:, place] = (ends[walks[:, place - 1]] < rng.random((n, 1))).sum(axis=1)
    return walks


def prompts(rng: np.random.Generator, n: int) -> Int[np.ndarray, "N T"]:
    """Requests to continue three numbers, all of one form, padded on the right."""
    given = FIRST_NUMBER + chain(rng, n, GIVEN)
    choice = rng.integers(len(phrases.NUMBERS), size=n)
    return fill(phrases.NUMBERS, choice, n0=given[:, 0], n1=given[:, 1], n2=given[:, 2])


def turns(rng: np.random.Generator, n: int) -> Int[np.ndarray, "N T"]:
    """Requests with their answers; a tenth of them styled, as the request says."""
    walk = FIRST_NUMBER + chain(rng, n, GIVEN + LENGTH)
    gaps = {f"n{place}": walk[:, place] for place in range(GIVEN)}
    style = np.where(rng.random(n) < STYLED, rng.integers(3, size=n), -1)
    plain = fill(phrases.NUMBERS, rng.integers(len(phrases.NUMBERS), size=n), **gaps)
    styled = fill(phrases.NUMBERS_STYLED, np.maximum(style, 0), **gaps)
    return joined(*_chosen(style < 0, plain, styled), _answers(walk[:, GIVEN:], style))


def _chosen(first: Bool[np.ndarray, " N"], *parts: Int[np.ndarray, "N _"]) -> list[Int[np.ndarray, "N _"]]:
    a, b = parts
    return [np.where(first[:, None], a, PAD), np.where(first[:, None], PAD, b)]


def _answers(numbers: Int[np.ndarray, "N T"], style: Int[np.ndarray, " N"]) -> Int[np.ndarray, "N _"]:
    """The numbers, what stands between and around them, and the end."""
    n, length = numbers.shape
    rows = np.full((n, 2 * length + 2), PAD, np.int32)
    rows[:, 1 : 2 * length : 2] = numbers
    for code, (opening, between, closing) in enumerate(STYLES):
        here = style == code
        if opening:
            rows[here, 0] = encode(opening)[0]
        if between:
            rows[np.ix_(here, range(2, 2 * length, 2))] = encode(between)[0]
        if closing:
            rows[here, 2 * length] = encode(closing)[0]
    rows[:, -1] = END
    return rows
