"""What text says of the paper's figure 10."""

from __future__ import annotations

from scipy import stats

from ...drawing.reading import Record
from ..favourites import equivalent_to_nothing
from ..words import count, number, p_words, share_plus_minus
from .sweeps import ACCURACY, CONTROL, DISPLACEMENT, FIRST_STEP, STUDENT, accuracy, mean, points, seeds

CONDITIONS = ("reference", "teacher", STUDENT, "student_all", CONTROL, "cross_model_all")

SILENT = 0.01
"""Within which a cross-model student of the auxiliary logits counts as the untrained reference, as preregistered."""


def mnist_aux_logits(record: Record) -> dict[str, str]:
    """Accuracies of the six conditions; what two cosines say of them."""
    positive = (seeds(record, name, FIRST_STEP) > 0 for name in (STUDENT, "student_all"))
    return {
        **{name: share_plus_minus(record.by_seed(ACCURACY, name)) for name in CONDITIONS},
        "seeds": str(len(seeds(record))),
        "student_percent": accuracy(record),
        "margin": number(100 * SILENT, 0),
        "equivalent": p_words(equivalent_to_nothing(seeds(record, CONTROL) - seeds(record, "reference"), SILENT)),
        "cross_gain": points(seeds(record, CONTROL), seeds(record, "reference"), 1),
        "cosine": mean(record, DISPLACEMENT, 2),
        "cosine_all": mean(record, DISPLACEMENT, 2, "student_all"),
        "cosine_cross_all": mean(record, DISPLACEMENT, 2, "cross_model_all"),
        **dict(zip(("first_step_positive", "first_step_positive_all"), map(count, positive), strict=True)),
        "order_of_seeds": _order_of_seeds(record),
    }


def _order_of_seeds(record: Record) -> str:
    """Spearman's correlation over seeds, of the first-step cosine and accuracy, with its p-value."""
    found = stats.spearmanr(seeds(record, STUDENT, FIRST_STEP), seeds(record))
    return f"{number(found.statistic)} over {len(seeds(record))} seeds, {p_words(found.pvalue)}"
