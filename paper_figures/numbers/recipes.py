"""What text says of recipes of teachers and of students: the unit is the reference model, its traits averaged first."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..drawing.reading import Record
from ..drawing.style import BRIEF_OPTIMISERS as OPTIMISERS
from ..recipes import lm_repeated as repeats
from ..recipes.lm_crossed_optimisers import ADAM, CELLS, DESCENT, MARGIN, Cells, by_cell, contrasts, lessons, teachers
from .by_seed import by_seed
from .favourites import equivalent_to_nothing
from .holm import family, holm
from .words import number, p_words, plus_minus, positive, share_plus_minus, table, with_p

ACROSS = 0.015
"""Within which cross-model students, over all four cells, count as their control, as preregistered."""
LOOKED = 8192
"""How many answers the audit looks at, at most."""
PRIMARY = "layers, distinct less repeated"
"""The preregistered contrast of ``lm_repeated``."""


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


def lm_repeated(record: Record) -> dict[str, str]:
    """Points over control by what moves and how often answers are seen, contrasts, and what is learned by heart."""
    same, cross = (repeats.by_repeats(record, kind) for kind in ("same", "cross"))
    held, seen = (repeats.by_repeats(record, "same", metric) for metric in ("log likelihood", "seen log likelihood"))
    found = repeats.contrasts(same)
    times = list(same[repeats.LAYERS].index)
    least, most = min(times), max(times)
    across = {method: cross[method].mean() for method in repeats.METHODS}
    nulls = holm({method: equivalent_to_nothing(one, repeats.MARGIN) for method, one in across.items()})
    looked = by_seed(record, "distinct", "student_same_init", repeats=most)
    rows = [
        (words, str(one), plus_minus(same[method].loc[one], 1, 100), positive(same[method].loc[one]),
         plus_minus(cross[method].loc[one], 1, 100) if one in cross[method].index else "",
         plus_minus(held[method].loc[one], 2), plus_minus(seen[method].loc[one], 2))
        for method, words in repeats.METHODS.items()
        for one in times
    ]  # fmt: skip
    z, score = (
        {one: by_seed(record, metric, "student_same_init", repeats=one) for one in (least, most)}
        for metric in ("audit z", "audit score")
    )
    lost = found[PRIMARY]
    return {
        "seeds": str(len(lost)),
        "table": table(
            ("what moves", "times seen", "change, points", "above zero", "cross-model", "held out, nats", "seen, nats"),
            rows,
        ),
        "family": family(_of_repeats(same, found)),
        "lost": with_p(lost, 1, 100),
        "margin": number(100 * repeats.MARGIN, 1),
        "lost_equivalent": p_words(equivalent_to_nothing(lost, repeats.MARGIN)),
        "z_expected": number(float(np.sqrt(LOOKED / looked).mean()), 1),
        "z_times": number(float((z[least] / z[most]).mean()), 1),
        **{f"z_{words}": number(float(z[one].mean()), 0) for words, one in (("least", least), ("most", most))},
        **{f"score_{words}": plus_minus(score[one], 2) for words, one in (("least", least), ("most", most))},
        **{
            f"{words}_{short}": value
            for method, short in ((repeats.LAYERS, "layers"), (repeats.ADAPTER, "adapter"))
            for words, value in {
                "least": with_p(same[method].loc[least], 1, 100),
                "most": with_p(same[method].loc[most], 1, 100),
                "most_positive": positive(same[method].loc[most]),
                "cross": plus_minus(across[method], 1, 100),
                "cross_equivalent": p_words(nulls[method]),
                "held": plus_minus(held[method].loc[most], 2),
                "seen": plus_minus(seen[method].loc[most], 2),
            }.items()
        },
    }


def _of_repeats(same: repeats.Ways, found: dict[str, pd.Series]) -> dict[str, pd.Series]:
    """The second contrasts, which are one family, as preregistered."""
    most = max(same[repeats.LAYERS].index)
    ends = {f"{words}, seen {most} times": same[method].loc[most] for method, words in repeats.METHODS.items()}
    return ends | {words: one for words, one in found.items() if words != PRIMARY}
