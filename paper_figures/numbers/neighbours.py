"""Whether neighbouring seeds are alike: cross-model students begin at the next seed's reference model.

So two neighbouring units share a model in different roles. Were that to matter, what neighbours measure would be
correlated, and intervals over seeds too narrow.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from .words import number, p_words, percent

DRAWS = 9999


def lag_one(values: np.ndarray) -> np.ndarray:
    """[…] correlation of every value along the last axis with the next one, all values about their mean.

    >>> lag_one(np.array([1.0, -1.0, 1.0, -1.0])).item()
    -0.75
    """
    centred = values - values.mean(axis=-1, keepdims=True)
    return (centred[..., 1:] * centred[..., :-1]).sum(axis=-1) / (centred**2).sum(axis=-1)


def permuted(series: Sequence[np.ndarray], seed: int = 0) -> np.ndarray:
    """[1 + DRAWS] the mean correlation of neighbours over series: as they are, then in random orders of each."""
    rng = np.random.default_rng(seed)
    found = []
    for values in series:
        orders = rng.permuted(np.tile(values, (DRAWS, 1)), axis=1)
        found.append(lag_one(np.concatenate([values[None], orders])))
    return np.mean(found, axis=0)


def neighbours(tables: Sequence[pd.DataFrame], least: int = 12) -> dict[str, str]:
    """How alike neighbouring seeds' cross-model contrasts are, and how alike they would be by chance.

    Args:
        tables: of every experiment its transfers' points, with the columns ``seed`` and ``cross``.
        least: how many seeds an experiment must have.
    """
    means = [table.dropna(subset=["cross"]).groupby("seed")["cross"].mean() for table in tables if "cross" in table]
    series = [one.to_numpy() for one in means if len(one) >= least and (np.diff(one.index) == 1).all()]
    measured, *drawn = permuted(series)
    chance, spread = float(np.mean(drawn)), float(np.std(drawn))
    beyond = np.mean(np.abs(np.append(drawn, measured) - chance) >= abs(measured - chance))
    most = max(0.0, float(measured) - chance + 1.96 * spread)
    return {
        "neighbours": number(float(measured), 2),
        "neighbours_chance": number(chance, 2),
        "neighbours_p": p_words(float(beyond)),
        "neighbours_experiments": str(len(series)),
        "neighbours_wider": percent(float(np.sqrt(1 + 2 * most)) - 1),
    }
