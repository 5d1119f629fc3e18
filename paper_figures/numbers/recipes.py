"""What text says of recipes of teachers and of students: the unit is the reference model, its traits averaged first."""

from __future__ import annotations

import pandas as pd

from ..drawing.reading import Record
from ..drawing.style import BRIEF_OPTIMISERS as OPTIMISERS
from ..recipes.lm_crossed_optimisers import ADAM, CELLS, DESCENT, MARGIN, Cells, by_cell, contrasts, lessons, teachers
from .by_seed import by_seed
from .favourites import equivalent_to_nothing
from .holm import family
from .words import number, p_words, plus_minus, positive, share_plus_minus, table, with_p

ACROSS = 0.015
"""Within which cross-model students, over all four cells, count as their control, as preregistered."""


def lm_crossed_optimisers(record: Record) -> dict[str, str]:
    """Points over control in all four cells, their contrasts, and what teachers of either optimiser write."""
    same, cross, held = (by_cell(record, *one) for one in (("same",), ("cross",), ("same", "log likelihood")))
    found = contrasts(same)
    nats, taught = teachers(record, "nats per answer", "student_same_init"), lessons(record)
    mean_cross = pd.DataFrame(cross).mean(axis=1)
    rows = [
        (OPTIMISERS[teacher], OPTIMISERS[student], plus_minus(same[teacher, student], 1, 100),
         positive(same[teacher, student]), plus_minus(cross[teacher, student], 1, 100),
         plus_minus(held[teacher, student], 2),
         share_plus_minus(_cosine(record, teacher, student), 2))
        for teacher, student in CELLS
    ]  # fmt: skip
    return {
        "seeds": str(len(mean_cross)),
        "table": table(
            ("teacher by", "student by", "change, points", "above zero", "cross-model", "learned, nats per answer",
             "cosine of displacements"), rows,
        ),
        "family": family(_second(same, found)),
        "primary": with_p(found["interaction"], 2, 100),
        "primary_positive": positive(found["interaction"]),
        "margin": number(100 * MARGIN, 1),
        "students": with_p(found["students, Adam less descent"], 2, 100),
        "teachers": with_p(found["teachers, Adam less descent"], 2, 100),
        "descent_alone": with_p(same[DESCENT, DESCENT], 1, 100),
        "descent_alone_positive": positive(same[DESCENT, DESCENT]),
        "cross": plus_minus(mean_cross, 1, 100),
        "across": number(100 * ACROSS, 1),
        "cross_equivalent": p_words(equivalent_to_nothing(mean_cross, ACROSS)),
        **{
            f"{words}_{name}": value
            for name in (ADAM, DESCENT)
            for words, value in {
                "times": number(float(same[name, ADAM].mean() / same[name, DESCENT].mean()), 1),
                "nats": number(float(nats[name].mean()), 2),
                "lesson": plus_minus(taught[name], 1, 100),
            }.items()
        },
        "times": number(float((nats[ADAM] / nats[DESCENT]).median()), 0),
    }  # fmt: skip


def _second(cells: Cells, found: dict[str, pd.Series]) -> dict[str, pd.Series]:
    """The second contrasts, which are one family, as preregistered."""
    single = {
        f"teacher by {OPTIMISERS[teacher]}, student by {OPTIMISERS[student]}": cells[teacher, student]
        for teacher, student in CELLS
    }
    return single | {words: one for words, one in found.items() if words != "interaction"}


def _cosine(record: Record, teacher: str, student: str) -> pd.Series:
    place = {"teacher_optimiser": teacher, "student_optimiser": student}
    return by_seed(record, "cosine", "student_same_init", **place)
