"""What rounding moves, single students and means over seeds; and whether damage hides what passes."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import logit

from ...drawing.equal_loss import LOSS, PAIRS, at_equal_loss, at_the_end, ways
from ...drawing.reading import Record
from ...drawing.summaries import rank_correlation
from ...miniature import lm_damage as damage
from ...miniature.lm_rounding import NOTHING, ROUNDED, changes
from ..favourites import equivalent_to_nothing
from ..words import number, p_words, percent, plus_minus, positive, power, share, table, with_p

MARGIN, FORGOTTEN = 0.05, 0.02
"""Within which a mean over seeds counts as unmoved, and cross-model students at equal loss as their control, as
preregistered."""


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


def lm_damage(record: Record) -> dict[str, str]:
    """The student less its control at the end and at equal loss, in points and in log odds, and what both have lost."""
    end, equal = damage.PLACES
    rows, apart, odds = [], {}, {}
    for condition, words in damage.WORDS.items():
        met = at_equal_loss(record, condition)
        apart[condition] = {
            place: one.groupby("seed").mean()
            for place, one in ((end, at_the_end(record, condition)), (equal, met["student"] - met["control"]))
        }
        odds[condition] = (_log_odds(met["student"]) - _log_odds(met["control"])).groupby("seed").mean()
        lost = [
            (way.iloc[-1] - way.iloc[0]).groupby("seed").mean()
            for way in (ways(record, LOSS, name) for name in (condition, PAIRS[condition]))
        ]
        rows.append(
            (words, *(share(float(one.mean()), 2) for one in (*lost, met["level"])),
             *(percent(float(met[who].mean()), 1) for who in ("student", "control")),
             plus_minus(apart[condition][end], 1, 100), plus_minus(apart[condition][equal], 1, 100),
             plus_minus(odds[condition], 2))
        )  # fmt: skip
    head = (
        "students", "document loss above the start's: student", "control", "where compared", "rate there: student",
        "control", "points apart at the end", "at equal loss", "log odds, nats",
    )  # fmt: skip
    same, cross = (apart[name][equal] for name in damage.WORDS)
    there = at_equal_loss(record, "cross_model", 0.5)
    halfway = (there["student"] - there["control"]).groupby("seed").mean()
    return {
        "table": table(head, rows),
        "seeds": str(len(cross)),
        "cross": plus_minus(cross, 1, 100),
        "cross_end": plus_minus(apart["cross_model"][end], 1, 100),
        "margin": number(100 * FORGOTTEN, 0),
        "equivalent": p_words(equivalent_to_nothing(cross, FORGOTTEN)),
        "same": with_p(same, 1, 100),
        "same_positive": positive(same),
        "halfway": with_p(halfway, 1, 100),
        "halfway_positive": positive(halfway),
        "moved": with_p(cross - apart["cross_model"][end], 1, 100),
    }


def _log_odds(rate: pd.Series) -> pd.Series:
    return pd.Series(logit(rate.to_numpy()), rate.index)


def _size(differences: pd.Series) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(np.square(differences))))
