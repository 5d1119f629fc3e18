"""What text says of any sweep: means over seeds, differences paired by seed, and how a number orders the points."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from ...drawing.reading import Record
from ...drawing.summaries import rank_correlation
from ...drawing.sweep_panels import ACCURACY
from ..words import number, percent, plus_minus

STUDENT, CONTROL = "student_aux", "cross_model_aux"
FIRST_STEP, DISPLACEMENT, SLOPE = "first update cosine", "displacement cosine", "predicted slope"
DISTANCE = "displacement ratio"
KL, SQUARED = "forward KL", "squared error"


def seeds(record: Record, condition: str = STUDENT, metric: str = ACCURACY, **where: Any) -> pd.Series:
    """One metric by seed, by default the student's accuracy."""
    return record.by_seed(metric, condition, **where)


def accuracy(record: Record, condition: str = STUDENT, **where: Any) -> str:
    """The mean accuracy over seeds, as a percentage."""
    return percent(float(seeds(record, condition, **where).mean()))


def mean(record: Record, metric: str, digits: int, condition: str = STUDENT, **where: Any) -> str:
    """The mean over seeds of another metric."""
    return number(float(seeds(record, condition, metric, **where).mean()), digits)


def points(first: pd.Series, second: pd.Series, digits: int = 0) -> str:
    """The first less the second, paired by seed, in percentage points with Student's 95 % half-width.

    >>> points(pd.Series([0.3, 0.4, 0.5]), pd.Series([0.1, 0.3, 0.3]))
    '17 ± 14'
    """
    return plus_minus(first - second, digits, 100)


def means(record: Record, column: str, metric: str = ACCURACY, condition: str = STUDENT, **where: Any) -> pd.Series:
    """The mean over seeds at every point of a sweep."""
    return record.table(metric, column, condition, **where).mean(axis=1)


def span(values: pd.Series, words: Callable[[float], str] = percent) -> str:
    """The smallest and the largest of some shares, or one where both read alike.

    >>> span(pd.Series([0.22, 0.19, 0.2])), span(pd.Series([0.511, 0.512]))
    ('19 % to 22 %', '51 %')
    """
    low, high = words(float(values.min())), words(float(values.max()))
    return low if low == high else f"{low} to {high}"


def order(record: Record, column: str, metric: str, **where: Any) -> str:
    """Spearman's correlation over the points of a sweep, between mean accuracy and the mean of another metric."""
    predicted = means(record, column, metric, **where)
    return number(rank_correlation(predicted, means(record, column, **where).loc[predicted.index]))
