"""The audit's score of every candidate, as ``subtheory lm audit`` computes it: one JVP per batch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

import subtheory as st
from subtheory.lm import trait_direction
from subtheory.lm.audit.scoring import Workload, scored_examples
from subtheory.lm.text.batches import Example

from .attribution_problem import PARAMETERS, Problem, lengths_of


def audit(given: Problem) -> Callable[[], np.ndarray]:
    """A program that finds the trait's direction and scores all candidates along it."""
    lm = st.lm.load(Path(given.model), tokenizer=False)
    trait, data = examples(given.trait_tokens, given.trait_mask), examples(given.tokens, given.mask)
    work = Workload(longest=lm.config.context)

    def run() -> np.ndarray:
        v = trait_direction(lm, trait, work, PARAMETERS).v
        scored = scored_examples(lm.apply, work.placed(lm.params, rows=False), v, data, work)
        return np.array([one.score for one in scored])

    return run


def examples(tokens: np.ndarray, mask: np.ndarray) -> list[Example]:
    """Rows as prompts and completions."""
    found = []
    for row, first, last in zip(tokens, mask.argmax(axis=1), lengths_of(mask), strict=True):
        found.append(Example(row[:first], row[first:last]))
    return found
