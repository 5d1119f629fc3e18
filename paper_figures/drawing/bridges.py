"""How far apart T15's three displacements are, by width, rate, steps and size of the teacher's way."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .reading import Record

CLOSE = 0.1
"""The relative distance up to which the network counts as following."""
SWEEP = ["width", "bound", "step"]


def network(record: Record, metric: str = "distance") -> pd.DataFrame:
    """Of the network: (width, bound, step, size) down, seeds across."""
    return record.values(metric, "network").pivot_table(index=[*SWEEP, "size"], columns="seed", values="value")


def linearised(record: Record) -> pd.DataFrame:
    """Of the linearised network: (width, bound, step) down, seeds across."""
    return record.values("distance", "linearised").pivot_table(index=SWEEP, columns="seed", values="value")


def median(table: pd.DataFrame, **where: float) -> pd.Series:
    """The median seed at what is fixed, by what is not."""
    rows: Any = table.median(axis=1)
    for level, wanted in where.items():
        rows = rows[rows.index.get_level_values(level) == wanted]
    return rows.droplevel(list(where)) if len(where) < rows.index.nlevels else rows


def follows(record: Record, below: float = 1.0) -> pd.Series:
    """Width → the largest s at which the median seed's distance is at most a tenth at every rate and number of steps.

    Args:
        record: of flow_map.
        below: rates at most this, in units of 2/λ_max.
    """
    rows: Any = median(network(record)).reset_index(name="value")
    rows = rows[rows["bound"] <= below]
    worst = rows.groupby(["width", "size"])["value"].max().reset_index()
    return worst[worst["value"] <= CLOSE].groupby("width")["size"].max()
