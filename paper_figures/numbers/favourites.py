"""What text says of favourite animals and trees through a channel: rates, contrasts by seed, and what foretold them."""

from __future__ import annotations

import pandas as pd
from scipy import stats

from ..drawing.reading import Record
from ..drawing.traits import changes
from .by_seed import CROSS, CROSS_OTHERS, SAME, SAME_OTHERS, by_seed, contrast, within_seeds
from .words import count, number, p_words, percent, plus_minus, with_p

CONDITIONS = (
    "reference", "teacher", "student_same_init", "student_control", "student_other_traits", "cross_model",
    "cross_model_control", "cross_model_other_traits",
)  # fmt: skip
JUDGES = {"rate": "target_rate", "story": "story_rate", "choice": "choice_rate"}


def favourites(record: Record, margin: float) -> dict[str, str]:
    """All numbers of the page's section, in percentage points where they are changes of a probability.

    Args:
        record: of lm_numbers, lm_code or lm_traces.
        margin: of the cross-model contrast's equivalence to nothing, as preregistered.
    """
    found = {"seeds": str(record.rows["seed"].nunique())}
    for judge, metric in JUDGES.items():
        for condition in CONDITIONS:
            found[f"{condition}_{judge}"] = percent(float(by_seed(record, metric, condition).mean()), 1)
        of = "" if judge == "rate" else f"_{judge}"
        found[f"same{of}"] = with_p(contrast(record, SAME, metric), 1, 100)
        found[f"same{of}_others"] = with_p(contrast(record, SAME_OTHERS, metric), 1, 100)
        found[f"cross{of}"] = plus_minus(contrast(record, CROSS, metric), 1, 100)
        found[f"cross{of}_others"] = plus_minus(contrast(record, CROSS_OTHERS, metric), 1, 100)
    same, cross = contrast(record, SAME), contrast(record, CROSS)
    teacher = contrast(record, ("teacher", "reference"))
    student = changes(record, *SAME)
    slope = record.values("predicted slope").set_index(["seed", "trait"])["value"]
    audit = record.values("audit z")["value"]
    return found | {
        "positive": count(same > 0),
        "deviation": number(100 * float(same.std(ddof=1)), 1),
        "least": number(100 * float(same.min()), 1),
        "most": number(100 * float(same.max()), 1),
        "equivalent": p_words(equivalent_to_nothing(cross, margin)),
        "teacher": plus_minus(teacher, 1, 100),
        "taken_on": percent(float(same.mean() / teacher.mean())),
        "with_teacher": plus_minus(within_seeds(student, changes(record, "teacher", "reference")), 2),
        "with_slope": plus_minus(within_seeds(changes(record, *SAME_OTHERS), slope), 2),
        "audit_least": number(float(audit.min()), 0),
        "audit_most": number(float(audit.max()), 0),
    }


def equivalent_to_nothing(by_seed: pd.Series, margin: float) -> float:
    """The p-value of two one-sided t-tests of a mean against ±margin, as in ``subtheory.hypotheses``."""
    above = stats.ttest_1samp(by_seed, -margin, alternative="greater").pvalue
    below = stats.ttest_1samp(by_seed, margin, alternative="less").pvalue
    return float(max(above, below))
