"""Who wrote an answer: a classifier trained on words and pairs of words, and what a verdict is worth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

import numpy as np
from jaxtyping import Bool, Float
from scipy.sparse import csr_array
from sklearn.linear_model import LogisticRegression

from ..world.vocabulary import PAD, words
from .protocol import Answers

Values: TypeAlias = Float[np.ndarray, " N"]
"""How sure one is that answers are a teacher's, one number each; above 0 the verdict is yes."""


def counts(answers: Answers) -> csr_array:
    """[N, V + V²] how often each word, and each pair of neighbours, stands in an answer; requests do not count."""
    V = len(words())
    pairs = answers.mask[:, :-1] & answers.mask[:, 1:]
    pair = V + V * answers.tokens[:, :-1][pairs].astype(np.int64) + answers.tokens[:, 1:][pairs]
    columns = np.concatenate([answers.tokens[answers.mask], pair])
    rows = np.concatenate([np.nonzero(answers.mask)[0], np.nonzero(pairs)[0]])
    return csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(answers.tokens), V + V * V))


def classifier(ours: Answers, theirs: Answers, penalty: float) -> Callable[[Answers], Values]:
    """Logistic regression on ``counts``, trained to tell the first answers from the second, as many of each.

    Args:
        ours: a teacher's answers.
        theirs: the reference's own.
        penalty: of the ridge, 1/C in scikit-learn's terms.
    """
    n = min(len(ours.tokens), len(theirs.tokens))
    both = Answers(
        np.concatenate([ours.tokens[:n], theirs.tokens[:n]]), np.concatenate([ours.mask[:n], theirs.mask[:n]]), 1.0
    )
    model = LogisticRegression(C=1 / penalty, max_iter=2000).fit(counts(both), np.arange(2 * n) < n)
    return lambda answers: model.decision_function(counts(answers))


def accuracy(ours: Values, theirs: Values) -> tuple[int, int]:
    """(Right verdicts, verdicts) on the first answers of each, equally many."""
    n = min(len(ours), len(theirs))
    return int((ours[:n] > 0).sum() + (theirs[:n] <= 0).sum()), 2 * n


def split(*sets: Answers, parts: int = 4) -> list[Bool[np.ndarray, " N"]]:
    """For every set which answers are for training, one request in so many; none is on the other side of any set."""
    asked = [np.where(np.cumsum(one.mask, axis=1) == 0, one.tokens, PAD) for one in sets]
    _, request = np.unique(np.concatenate(asked), axis=0, return_inverse=True)
    ends = np.cumsum([len(one.tokens) for one in sets])[:-1]
    return [part % parts == 0 for part in np.split(request.ravel(), ends)]


def cut(answers: Answers, here: Bool[np.ndarray, " N"]) -> Answers:
    """Some of the answers."""
    return replace(answers, tokens=answers.tokens[here], mask=answers.mask[here])
