"""Students on their way, compared where they have lost equally much of something that nobody asked them to learn."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .reading import Record

LOSS, RATE = "document loss", "target_rate"
PAIRS = {"student_same_init": "student_control", "cross_model": "cross_model_control"}
"""Students, and their control."""


def ways(record: Record, metric: str, condition: str) -> pd.DataFrame:
    """Steps down, (seed, trait) across."""
    return record.values(metric, condition).pivot_table(index="step", columns=["seed", "trait"], values="value")


def at_the_end(record: Record, condition: str) -> pd.Series:
    """By (seed, trait), the student's rate less its control's after training."""
    ours, theirs = (ways(record, RATE, name).iloc[-1] for name in (condition, PAIRS[condition]))
    return ours - theirs


def where_reached(loss: np.ndarray, values: np.ndarray, level: float) -> float:
    """A value where the loss first reaches a level, between two looks by a straight line.

    Args:
        loss: [K] of every look.
        values: [K] what is asked for.
        level: at most the largest loss.

    >>> where_reached(np.array([1.0, 3.0, 2.0, 5.0]), np.array([0.0, 8.0, 9.0, 7.0]), 1.5)
    2.0
    """
    place = int(np.argmax(loss >= level))
    if place == 0:
        return float(values[0])
    share = (level - loss[place - 1]) / (loss[place] - loss[place - 1])
    return float(values[place - 1] + share * (values[place] - values[place - 1]))


def at_equal_loss(record: Record, condition: str, share: float = 1.0) -> pd.DataFrame:
    """(Seed, trait) down: both rates at the largest document loss that student and control both reach.

    Args:
        record: of students on their way.
        condition: the students.
        share: of that loss, above the start's, where both are compared.

    Returns:
        Columns ``level``, the loss above the start's, ``student`` and ``control``.
    """
    pair = {who: (ways(record, LOSS, name), ways(record, RATE, name))
            for who, name in (("student", condition), ("control", PAIRS[condition]))}  # fmt: skip
    found = {}
    for place in pair["student"][0].columns:
        start = float(pair["student"][0][place].iloc[0])
        level = share * (min(float(loss[place].max()) for loss, _ in pair.values()) - start)
        found[place] = {"level": level}
        for who, (loss, rate) in pair.items():
            found[place][who] = where_reached(loss[place].to_numpy(), rate[place].to_numpy(), start + level)
    return pd.DataFrame(found).T.rename_axis(index=["seed", "trait"])
