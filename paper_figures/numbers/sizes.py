"""How much students take on, foretold from what is known before training: every experiment from all others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..drawing.foretelling import FIXED, left_out
from ..drawing.summaries import rank_correlation
from .words import number, percent, plus_minus, table

BASELINE = f"{percent(FIXED)} of the teacher's change"
FITTED = {
    "the others' mean": "one",
    "a share of the teacher's change": "lesson",
    "audit": "audit",
    "audit times the teacher's change": "product",
}
"""Rules with one number that is fitted to the other experiments, and what it multiplies."""


def foretold(points: pd.DataFrame) -> pd.DataFrame:
    """Rule → what it says of every point; a point's own experiment is never fitted to.

    Args:
        points: columns ``record``, ``audit``, ``lesson`` and ``same``; every record weighs as much as any other.
    """
    known = points.assign(one=1.0, product=points["audit"] * points["lesson"]).reset_index(drop=True)
    weights = (1 / known.groupby("record")["same"].transform("size")).to_numpy()
    found = pd.DataFrame({"nothing": 0.0, BASELINE: FIXED * known["lesson"]})
    for rule, column in FITTED.items():
        found[rule] = left_out(known[[column]], known["same"], known["record"], sample_weight=weights)
    return found


def sizes(rows: Sequence[pd.DataFrame]) -> dict[str, str]:
    """A table of rules: mean error over experiments, how much less than the baseline's, signs and order.

    Args:
        rows: of every transfer its points, with the column ``record``; those of others' teachers are left out.
    """
    points = pd.concat([one.assign(row=place) for place, one in enumerate(rows) if "lesson" in one], ignore_index=True)
    said, same, record = foretold(points), points["same"], points["record"]
    errors = said.sub(same, axis=0).abs().groupby(record).mean()
    right = said.mul(same, axis=0).gt(0).groupby(record).mean()
    cells = [
        (rule, number(100 * float(errors[rule].mean()), 1),
         "" if rule == BASELINE else plus_minus(errors[BASELINE] - errors[rule], 1, 100),
         percent(float(right[rule].mean())) if said[rule].any() else "",
         _order(said[rule], points))
        for rule in map(str, said.columns)
    ]  # fmt: skip
    head = ("rule", "mean error, points", "less than the second rule's", "sign right", "order within a row")
    best = errors.mean().idxmin()
    return {
        "sizes": table(head, cells),
        "size_experiments": str(len(errors)),
        "size_fixed": percent(FIXED),
        "size_best": str(best),
        "size_best_gain": plus_minus(errors[BASELINE] - errors[best], 1, 100),
        "size_audit_order": _order(said["audit"], points),
        "size_teacher_order": _order(said[BASELINE], points),
    }


def _order(said: pd.Series, points: pd.DataFrame) -> str:
    """The mean, over rows in which a rule tells points apart, of its rank correlation with what students took on."""
    found = [
        rank_correlation(said[row.index], row["same"])
        for _, row in points.groupby("row")
        if said[row.index].nunique() > 1
    ]
    return number(float(np.mean(found)), 2) if found else ""
