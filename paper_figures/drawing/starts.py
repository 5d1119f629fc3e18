"""What a record of students from many starts says, start by start: T14's ratio, transfer, and rank correlations."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .places import KEY, at
from .reading import Record
from .summaries import rank_correlation

PERMUTED = "permuted"
CONTROL = ("interpolated", 1.0)


def ends(record: Record, metric: str) -> pd.DataFrame:
    """A metric that every start has once: starts (kind, amount) down, seeds across."""
    return record.values(metric).pivot_table(index=KEY, columns="seed", values="value")


def transfer(record: Record) -> pd.DataFrame:
    """Accuracy above that of the independent start of the same seed."""
    accuracy = ends(record, "test_accuracy")
    return accuracy - at(accuracy, CONTROL)


def looks(record: Record, metric: str) -> pd.DataFrame:
    """A metric before the first step and after every epoch: (kind, amount, epoch) down, seeds across."""
    return record.values(metric).pivot_table(index=[*KEY, "epoch"], columns="seed", values="value")


def ratio(record: Record) -> pd.DataFrame:
    """r = ρ/S at every look."""
    return looks(record, "remainder") / looks(record, "monotone")


def first(table: pd.DataFrame) -> pd.DataFrame:
    """The look before the first step."""
    rows: Any = table
    return rows.xs(0.0, level="epoch")


def certified(record: Record) -> pd.DataFrame:
    """The share of looks at which S > |ρ|."""
    return (ratio(record).abs() < 1).groupby(level=KEY).mean()


def predictors(record: Record) -> dict[str, pd.DataFrame]:
    """What is held against transfer, by name."""
    return {
        "r = ρ/S": first(ratio(record)),
        "S": first(looks(record, "monotone")),
        "certified share": certified(record),
        "start's distance": ends(record, "start distance"),
        "first-step cosine": ends(record, "first update cosine"),
    }


def rank_correlations(predictor: pd.DataFrame, gained: pd.DataFrame, kind: str | None = None) -> pd.Series:
    """Spearman's correlation with transfer in every seed, over all starts but permuted ones, or over one kind's."""
    kinds = gained.index.get_level_values("condition")
    chosen = gained.index[kinds != PERMUTED if kind is None else kinds == kind]
    return pd.Series({s: rank_correlation(predictor.loc[chosen, s], gained.loc[chosen, s]) for s in gained.columns})
