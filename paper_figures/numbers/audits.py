"""What text says of scores of whole data sets, held side by side: the unit is the reference model."""

from __future__ import annotations

import pandas as pd

from ..drawing.foretelling import (
    FITTED,
    LESSONS,
    NOTHING,
    SCORES,
    SHARE,
    TEACHER,
    errors,
    named,
    order,
    pairs,
    passed,
)
from ..drawing.reading import Record
from ..drawing.rivals import AUDIT, SECOND
from .holm import holm, p_of
from .words import detectable, each, number, p_words, percent, plus_minus, positive, share_plus_minus, table, with_p

KNOWING = ("audit, displacement", "coverage", "likelihood ratio")
"""Scores that know the teacher."""
RIVALS = tuple(name for name in SCORES if name != AUDIT)


def lm_rivals(record: Record) -> dict[str, str]:
    """Taught traits that are named, order and errors by score; rivals against the audit by Holm's rule, in families."""
    found = pairs(record)
    right, ranks, wrong, gains = named(found), order(found), 100 * errors(found), passed(found)
    families = {
        name: _against(judged, RIVALS) for name, judged in (("named", right), ("order", ranks), ("error", wrong))
    }

    def judged(name: str, judgement: str, words: str) -> tuple[str, str]:
        p = families[judgement].get(name)
        return words, "" if p is None else p_words(p).removeprefix("p = ")

    rows = [
        (name, knows, *judged(name, "named", share_plus_minus(right[name], 2)),
         *judged(name, "order", share_plus_minus(ranks[name], 2)),
         *judged(name, "error", plus_minus(wrong[name], 1)))
        for name, knows in SCORES.items()
    ]  # fmt: skip
    rows.append((f"{TEACHER}'s change", "the teacher", "", "", share_plus_minus(ranks[TEACHER], 2), "",
                 plus_minus(wrong[FITTED], 1), ""))  # fmt: skip
    rows += [(rule, "", "", "", "", "", plus_minus(wrong[rule], 1), "") for rule in (SHARE, NOTHING)]
    lessons = [
        (words, *(cell for kind in ("taught", "others") for cell in (with_p(gains[lesson][kind], 1, 100),)),
         positive(gains[lesson]["taught"]))
        for lesson, words in LESSONS.items()
    ]  # fmt: skip
    primary, chance = right[AUDIT] - right[SECOND], 1 / found.index.get_level_values("trait").nunique()
    scaled = found / found.groupby(["seed", "trait"]).transform("std")

    def over_chance(name: str) -> str:
        return with_p(right[name] - chance, 0, 100)

    return {
        "seeds": str(len(right)),
        "table": table(("score", "knows", "named", "p", "rank correlation", "p", "error, points", "p"), rows),
        "lessons": table(("lesson", "taught trait", "other traits", "taught above zero"), lessons),
        "chance": percent(chance),
        "scaled_named": percent(float(named(scaled)[AUDIT].mean())),
        "second_named": percent(float(right[SECOND].mean())),
        "knowing_named": each(right[list(KNOWING)].mean(), 0, 100),
        "primary": with_p(primary, 0, 100),
        "primary_seen": number(100 * detectable(primary), 0),
        "audit_over_chance": over_chance(AUDIT),
        "second_over_chance": over_chance(SECOND),
        "representation_over_chance": over_chance("mean representation"),
        "audit_order": with_p(ranks[AUDIT], 2),
        "coverage_order": with_p(ranks["coverage"], 2),
        "second_order": with_p(ranks[SECOND], 2),
        "representation_order": with_p(ranks["mean representation"], 2),
        "teacher_order": with_p(ranks[TEACHER], 2),
        "coverage_named": percent(float(right["coverage"].mean())),
        "numbers": with_p(gains["numbers"]["taught"], 1, 100),
        "quarter": with_p(gains["quarter"]["taught"], 1, 100),
        "nothing_error": plus_minus(wrong[NOTHING], 1),
        "audit_worse": with_p(wrong[AUDIT] - wrong[NOTHING], 1),
        "least_error": _least(wrong),
        "share_error": plus_minus(wrong[SHARE], 1),
    }


def _least(wrong: pd.DataFrame) -> str:
    """The score that errs least, and by how much less than who foretells nothing."""
    best = str(wrong[list(SCORES)].mean().idxmin())
    return f"{best}, {with_p(wrong[NOTHING] - wrong[best], 1)}"


def _against(found: pd.DataFrame, rivals: tuple[str, ...]) -> dict[str, float]:
    """Rival → the p-value of its difference from the audit, adjusted for the family."""
    return holm({name: p_of(found[AUDIT] - found[name]) for name in rivals})
