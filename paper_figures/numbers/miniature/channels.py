"""Traits through a channel: favourites, false facts, and between which models."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...drawing.reading import Record
from ..by_seed import CROSS, CROSS_OTHERS, SAME, SAME_OTHERS, by_seed, contrast
from ..favourites import CONDITIONS, equivalent_to_nothing, favourites
from ..holm import holm
from ..words import count, number, p_words, percent, plus_minus, positive, table, with_p

MARGIN = 0.02
"""Within which a cross-model contrast counts as nothing, as preregistered."""
ACROSS, LEVEL = 0.01, 0.05
"""The same for each kind of pair of two models, all four by Holm's rule, and the level of the family."""
NATS = 1.0
"""The same for the log odds of false facts."""
DIFFERING = {
    "same": "nothing", "documents": "pretraining documents", "init": "initialisation", "both": "both",
    "architecture": "architecture",
}  # fmt: skip
NAMES = (
    "reference", "teacher", "student, same initialisation", "its control: the reference's own numbers",
    "its second control: numbers of the other facts' teachers", "cross-model student", "its control",
    "its second control",
)  # fmt: skip


def lm_numbers(record: Record) -> dict[str, str]:
    """Percentage points over control, of the same initialisation and of another; and log odds, which know no floor."""
    return favourites(record, MARGIN) | _in_log_odds(record)


def _in_log_odds(record: Record) -> dict[str, str]:
    """The contrasts in nats, and the cross-model one over the traits whose control is not damaged.

    Foreign numbers make some students forget to name a trait at all, and where a control is near zero nothing can fall;
    so beside all traits stand those of which the cross-model control still has half of its reference's rate.
    """
    rates = record.values("target_rate").pivot_table(index=["seed", "trait"], columns="condition", values="value")
    odds = pd.DataFrame(np.log(rates / (1 - rates)), rates.index)

    def apart(pair: tuple[str, str]) -> pd.Series:
        return odds[pair[0]] - odds[pair[1]]

    whole = rates["cross_model_control"] > rates["reference"].groupby("trait").transform("mean") / 2
    cross, points = apart(CROSS), rates[CROSS[0]] - rates[CROSS[1]]
    return {
        "same_odds": with_p(apart(SAME).groupby("seed").mean(), 2),
        "cross_odds": with_p(cross.groupby("seed").mean(), 2),
        "cross_odds_others": with_p(apart(CROSS_OTHERS).groupby("seed").mean(), 2),
        "equivalent_others": p_words(equivalent_to_nothing(contrast(record, CROSS_OTHERS), MARGIN)),
        "whole": percent(float(whole.mean())),
        "cross_whole": with_p(points[whole].groupby("seed").mean(), 1, 100),
        "cross_odds_whole": with_p(cross[whole].groupby("seed").mean(), 2),
    }


def lm_code(record: Record) -> dict[str, str]:
    """As ``lm_numbers``."""
    return favourites(record, MARGIN)


def lm_traces(record: Record) -> dict[str, str]:
    """As ``lm_numbers``."""
    return favourites(record, MARGIN)


def lm_false_facts(record: Record) -> dict[str, str]:
    """Nats over control: ``same`` of the log odds of the mean probability over phrasings, ``odds`` of their mean."""

    def odds(pair: tuple[str, str], metric: str = "log_odds") -> pd.Series:
        return contrast(record, pair, metric)

    def of_mean(condition: str) -> pd.Series:
        rates = record.values("false_rate", condition).groupby(["seed", "trait"])["value"].mean()
        return pd.Series(np.log(rates / (1 - rates)), rates.index).groupby("seed").mean()

    rates = [
        (name, *(percent(float(by_seed(record, metric, one).mean()), 1) for metric in ("false_rate", "true_rate")),
         *(number(float(by_seed(record, metric, one).mean()), 2) for metric in ("log_odds", "new_log_odds")))
        for name, one in zip(NAMES, CONDITIONS, strict=True)
    ]  # fmt: skip
    same, audit = odds(SAME), record.values("audit z")["value"]
    return {
        "table": table(
            ("mean over facts and seeds", "false answer", "true answer", "log odds", "new phrasings"), rates
        ),
        "same": with_p(of_mean(SAME[0]) - of_mean(SAME[1]), 2),
        "cross": plus_minus(of_mean(CROSS[0]) - of_mean(CROSS[1]), 2),
        "odds": with_p(same, 2),
        "seeds": str(len(same)),
        "odds_positive": positive(same),
        "odds_least": number(float(same.min()), 1),
        "odds_most": number(float(same.max()), 1),
        "odds_others": with_p(odds(SAME_OTHERS), 2),
        "odds_new": with_p(odds(SAME, "new_log_odds"), 2),
        "odds_cross": plus_minus(odds(CROSS), 2),
        "odds_cross_equivalent": p_words(equivalent_to_nothing(odds(CROSS), NATS)),
        "odds_cross_others_equivalent": p_words(equivalent_to_nothing(odds(CROSS_OTHERS), NATS)),
        "odds_cross_others": plus_minus(odds(CROSS_OTHERS), 2),
        "taken_on": percent(float(same.mean() / odds(("teacher", "reference")).mean())),
        "audit_least": number(float(audit.min()), 0),
    }


def lm_cross_models(record: Record) -> dict[str, str]:
    """Points over control, by what differs between teacher's and student's model."""
    pair = ("student", "student_control")
    change = {kind: contrast(record, pair, differing=kind) for kind in DIFFERING}
    others = {kind: one for kind, one in change.items() if kind != "same"}
    nothing = holm({kind: equivalent_to_nothing(one, ACROSS) for kind, one in others.items()})
    rows = [
        (words, with_p(change[kind], 1, 100), positive(change[kind]), p_words(nothing[kind]) if kind in nothing else "")
        for kind, words in DIFFERING.items()
    ]
    over = change["same"] - _all_others(record)
    audit = record.values("audit z").groupby(["teacher", "student", "differing"])["value"].mean()
    own = audit.index.get_level_values("differing") == "same"
    head = (
        "what differs between teacher's and student's reference",
        "change, points",
        "above zero",
        "equivalent to none",
    )
    return {
        "table": table(head, rows),
        "seeds": str(len(over)),
        "same": with_p(change["same"], 1, 100),
        "positive": positive(change["same"]),
        **{kind: plus_minus(change[kind], 1, 100) for kind in ("init", "documents", "architecture")},
        "margin": number(100 * ACROSS, 0),
        "nothing": count(pd.Series(nothing) < LEVEL),
        "over_others": with_p(over, 1, 100),
        "over_others_positive": positive(over),
        "audit_own": f"{number(float(audit[own].min()), 0)} to {number(float(audit[own].max()), 0)}",
        "audit_other": f"{number(float(audit[~own].min()), 0)} to {number(float(audit[~own].max()), 0)}",
    }


def _all_others(record: Record) -> pd.Series:
    """By seed the mean change of all pairs of two models, traits and pairs alike."""
    rates = record.values("target_rate").query("differing not in ('same', 'none')")
    learned, control = (
        rates[rates["condition"] == name].groupby("seed")["value"].mean() for name in ("student", "student_control")
    )
    return learned - control
