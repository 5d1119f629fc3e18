"""What ``lm_rivals`` says of its scores, by seed: taught traits that are named, order, errors of what is foretold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict

from .reading import Record
from .rivals import AUDIT, METHODS
from .summaries import rank_correlation

SCORES = {
    AUDIT: METHODS[AUDIT],
    "audit, displacement": METHODS["audit, displacement"],
    "coverage": "the teacher",
    "likelihood ratio": METHODS["likelihood ratio"],
    "prompted likelihood": METHODS["prompted likelihood"],
    "mean representation": "the trait's word",
}
"""What each must know of the trait."""
LESSONS = {
    "numbers": "its teacher's numbers",
    "quarter": "a quarter of them",
    "prompted": "prompted",
    "foreign": "foreign",
}
PASSING = ("numbers", "quarter")
"""Lessons through which a trait was expected to pass, whose taught trait is to be named."""
TEACHER, STUDENT = "teacher", "student"
FIXED = 0.45
"""The share of its teacher's change that a student was once said to take on."""
NOTHING, SHARE, FITTED = "nothing", "45 % of the teacher's change", "a share of the teacher's change"
PAIR = ["seed", "lesson", "taught", "trait"]


def left_out(x: pd.DataFrame, y: pd.Series, groups: Any, **params: Any) -> np.ndarray:
    """[N] y as a line through nought foretells it from x, fitted each time to all groups but the point's own.

    Args:
        x: one column.
        y: what is foretold.
        groups: [N] the group of every point.
        params: of the fit, such as ``sample_weight``.
    """
    line = LinearRegression(fit_intercept=False)
    return np.asarray(cross_val_predict(line, x, y, groups=groups, cv=LeaveOneGroupOut(), params=params))


def pairs(record: Record) -> pd.DataFrame:
    """(seed, lesson, taught trait, trait) down; every score, and the changes of teacher and student, across."""
    rows = pd.concat([record.values("score"), record.values("change")])
    return rows.pivot_table(index=PAIR, columns="condition", values="value")


def named(found: pd.DataFrame) -> pd.DataFrame:
    """Seeds down, scores across: the share of data sets of ``PASSING`` whose taught trait has the largest score."""
    some = found[found.index.get_level_values("lesson").isin(PASSING)]
    first = some[list(SCORES)].groupby(PAIR[:3]).idxmax().map(lambda pair: pair[2] == pair[3])
    return first.groupby("seed").mean().astype(float)


def order(found: pd.DataFrame) -> pd.DataFrame:
    """Seeds down, scores and the teacher's change across: rank correlation with the student's change over all pairs."""
    names = (*SCORES, TEACHER)
    return _by_seed(found, lambda one: pd.Series({name: rank_correlation(one[name], one[STUDENT]) for name in names}))


def errors(found: pd.DataFrame) -> pd.DataFrame:
    """Seeds down, rules across: mean absolute error of the student's change, each lesson foretold from the others.

    A score's rule is a line through nought, fitted to the seed's three other lessons.
    """
    return _by_seed(found, _errors)


def _by_seed(found: pd.DataFrame, judge: Callable[[pd.DataFrame], pd.Series]) -> pd.DataFrame:
    return pd.DataFrame({seed: judge(one) for seed, one in found.groupby("seed")}).T.rename_axis("seed")


def _errors(one: pd.DataFrame) -> pd.Series:
    lessons, change = one.index.get_level_values("lesson"), one[STUDENT]
    said = {NOTHING: 0 * change, SHARE: FIXED * one[TEACHER]}
    for rule, column in {FITTED: TEACHER, **{name: name for name in SCORES}}.items():
        said[rule] = left_out(one[[column]], change, lessons)
    return pd.DataFrame(said, index=one.index).sub(change, axis=0).abs().mean()


def passed(found: pd.DataFrame) -> dict[str, dict[str, pd.Series]]:
    """Lesson → ``taught`` or ``others`` → by seed the student's mean change of the taught trait, and of the others."""
    taught = found.index.get_level_values("taught") == found.index.get_level_values("trait")
    kinds = {"taught": found[taught][STUDENT], "others": found[~taught][STUDENT]}
    return {
        lesson: {kind: values.xs(lesson, level="lesson").groupby("seed").mean() for kind, values in kinds.items()}
        for lesson in LESSONS
    }
