"""Tables whose rows are places, a condition and an amount of it, with seeds across."""

from __future__ import annotations

from typing import Any

import pandas as pd

KEY = ["condition", "amount"]


def at(table: pd.DataFrame, place: tuple) -> pd.Series:
    """The row of one place, by seed."""
    rows: Any = table
    return rows.loc[place]


def of(table: pd.DataFrame, condition: str | float) -> pd.DataFrame:
    """The rows of one condition by amount, or of one amount by what is below it."""
    rows: Any = table
    return rows.loc[condition]
