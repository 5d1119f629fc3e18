"""The token that ends a text: who carries it, and taking it away where only one side of a comparison could."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Int

from ..text.batches import Example


def carry_ends(examples: Sequence[Example], eos: Sequence[int]) -> bool:
    """Whether any completion's last token is one that ends a text."""
    return any(int(example.completion[-1]) in eos for example in examples)


def without_end(tokens: Int[np.ndarray, " C"], eos: Sequence[int]) -> Int[np.ndarray, " C"]:
    """Tokens without those at their end that end a text.

    >>> without_end(np.array([5, 6, 2]), (2,)).tolist()
    [5, 6]
    """
    last = len(tokens)
    while last and int(tokens[last - 1]) in eos:
        last -= 1
    return tokens[:last]


def endless(examples: Sequence[Example], eos: Sequence[int]) -> list[Example]:
    """The examples without the tokens that end them, apart from those that would be left without any token."""
    shorter = [replace(example, completion=without_end(example.completion, eos)) for example in examples]
    return [example for example in shorter if len(example.completion)]
