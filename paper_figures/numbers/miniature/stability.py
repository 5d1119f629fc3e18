"""What rounding moves: single students, and means over seeds."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...drawing.reading import Record
from ...drawing.summaries import rank_correlation
from ...miniature.lm_rounding import NOTHING, ROUNDED, changes
from ..favourites import equivalent_to_nothing
from ..words import number, p_words, plus_minus, power, table

MARGIN = 0.05
"""Within which a mean over seeds counts as unmoved, as preregistered."""


def lm_rounding(record: Record) -> dict[str, str]:
    """Points, by where last digits were moved."""
    change = changes(record).T
    by_seed = change.groupby(level="seed").mean()
    apart = record.values("apart", "student_same_init").groupby("rounded")["value"].mean()
    moved = {where: change[where] - change[NOTHING] for where in ROUNDED}
    means = {where: by_seed[where] - by_seed[NOTHING] for where in ROUNDED}
    spread = float(np.std(by_seed[NOTHING], ddof=1))
    rows = [
        (
            words, power(float(apart[where])), number(100 * _size(moved[where]), 2),
            number(100 * float(moved[where].abs().max()), 2), number(100 * _size(means[where]), 2),
            number(_size(means[where]) / spread, 2), plus_minus(means[where], 1, 100),
        )
        for where, words in ROUNDED.items()
    ]  # fmt: skip
    head = (
        "last digits moved in", "distance of students, over the teacher's", "single students, points", "at most",
        "means of seeds, points", "over their standard deviation", "difference of means over seeds",
    )  # fmt: skip
    return {
        "table": table(head, rows),
        "seeds": str(len(by_seed)),
        "passes": plus_minus(by_seed[NOTHING], 1, 100),
        "single": number(100 * _size(moved["reference"]), 1),
        "single_teacher": number(100 * _size(moved["teacher"]), 1),
        "most": number(100 * float(moved["reference"].abs().max()), 1),
        "over_spread": number(_size(means["reference"]) / spread, 2),
        "difference": plus_minus(means["reference"], 1, 100),
        "margin": number(100 * MARGIN, 0),
        "equivalent": p_words(equivalent_to_nothing(means["reference"], MARGIN)),
        "same": number(rank_correlation(change[NOTHING], change["reference"]), 2),
        "same_seeds": number(float(np.corrcoef(by_seed[NOTHING], by_seed["reference"])[0, 1]), 2),
    }


def _size(differences: pd.Series) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(np.square(differences))))
