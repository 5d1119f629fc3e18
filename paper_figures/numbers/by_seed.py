"""Contrasts by seed: what shares a reference model is averaged first, so that the unit is the reference model."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..drawing.reading import Record

SAME, CROSS = ("student_same_init", "student_control"), ("cross_model", "cross_model_control")
SAME_OTHERS, CROSS_OTHERS = ("student_same_init", "student_other_traits"), ("cross_model", "cross_model_other_traits")


def by_seed(record: Record, metric: str, condition: str, **fixed: Any) -> pd.Series:
    """The mean over traits of one condition, for every seed."""
    return record.values(metric, condition, **fixed).groupby("seed")["value"].mean()


def contrast(record: Record, pair: tuple[str, str], metric: str = "target_rate", **fixed: Any) -> pd.Series:
    """The first condition less the second, the mean over traits for every seed."""
    return by_seed(record, metric, pair[0], **fixed) - by_seed(record, metric, pair[1], **fixed)


def within_seeds(x: pd.Series, y: pd.Series) -> pd.Series:
    """Spearman's rank correlation of two series by seed and trait, over the traits of every seed."""
    both = pd.DataFrame({"x": x, "y": y}).dropna()
    return both.groupby("seed").apply(lambda part: float(part["x"].rank().corr(part["y"].rank())))
