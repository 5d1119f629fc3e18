"""What text says of the miniature language models: the unit is the reference model, that is the seed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..drawing.reading import Record
from .by_seed import CROSS, SAME, contrast
from .favourites import favourites
from .words import percent, plus_minus, with_p


def _both(record: Record) -> dict[str, str]:
    return {
        "same": with_p(contrast(record, SAME), 1, 100),
        "cross": plus_minus(contrast(record, CROSS), 1, 100),
    }


def lm_numbers(record: Record) -> dict[str, str]:
    """Percentage points over control, of the same initialisation and of another."""
    return favourites(record, margin=0.02)


def lm_code(record: Record) -> dict[str, str]:
    """As ``lm_numbers``."""
    return favourites(record, margin=0.02)


def lm_traces(record: Record) -> dict[str, str]:
    """As ``lm_numbers``."""
    return _both(record)


def lm_false_facts(record: Record) -> dict[str, str]:
    """Log odds of the false answer over control, in nats."""

    def log_odds(condition: str) -> pd.Series:
        rates = record.values("false_rate", condition).groupby(["seed", "trait"])["value"].mean()
        odds = pd.Series(np.log(rates / (1 - rates)), rates.index)
        return odds.groupby("seed").mean()

    return {
        "same": with_p(log_odds(SAME[0]) - log_odds(SAME[1]), 2),
        "cross": plus_minus(log_odds(CROSS[0]) - log_odds(CROSS[1]), 2),
    }


def lm_reasoning(record: Record) -> dict[str, str]:
    """Harmful answers, in points: insecure less secure, insecure less reference, and cross-model."""

    def apart(pair: tuple[str, str]) -> pd.Series:
        return contrast(record, pair, "harmful_rate", moves="everything")

    return {
        "apart": with_p(apart(("student_same_init", "student_secure")), 1, 100),
        "over_reference": with_p(apart(SAME), 1, 100),
        "cross": plus_minus(apart(("cross_model", "cross_model_secure")), 1, 100),
    }


def lm_cross_models(record: Record) -> dict[str, str]:
    """Points over control, by what differs between teacher's and student's model."""
    pair = ("student", "student_control")
    kinds = ("init", "documents", "architecture")
    return {"same": with_p(contrast(record, pair, differing="same"), 1, 100)} | {
        kind: plus_minus(contrast(record, pair, differing=kind), 1, 100) for kind in kinds
    }


def lm_in_context(record: Record) -> dict[str, str]:
    """Points over control: twelve answers in a context, and all of them trained on."""
    context = contrast(record, ("context_same_init", "context_control"), examples=12)
    return {
        "context": plus_minus(context, 2, 100),
        "trained": with_p(contrast(record, SAME, examples=65_536), 1, 100),
    }


def lm_detection(record: Record) -> dict[str, str]:
    """How often a classifier is right about one answer: of a teacher, and between two sets of the reference's own."""
    rows = record.values("accuracy", "classifier")
    own = rows["trait"] == "nothing"
    return {
        "right": percent(float(rows.loc[~own, "value"].mean())),
        "own": percent(float(rows.loc[own, "value"].mean()), 1),
    }
