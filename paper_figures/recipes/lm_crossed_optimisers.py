"""Figure of teacher's against student's optimiser: what passes, by how much cells differ, and what teachers write."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..drawing.reading import Record
from ..drawing.seeds import contrast_rows, seed_points, side_by_side
from ..drawing.style import BRIEF_OPTIMISERS as OPTIMISERS
from ..drawing.style import LOOKS, headroom, house_style, panels, title
from ..drawing.summaries import seed_means
from ..drawing.transfer import CROSS, STUDENTS

COLUMNS = ("trait", "teacher_optimiser", "student_optimiser")

CAPTION = (
    "Teachers and students trained by Adam or by plain gradient descent, in all four pairings; four traits through "
    "number sequences, 20 seeds. (a) The student's probability of the trait's word less that of its control, the same "
    "recipe on the reference's own numbers, for students of the teacher's initialisation and for cross-model ones: "
    "every seed's mean over traits, their mean and Student's 95 % interval. (b) Contrasts of the four cells of the "
    "same initialisation; ticks are seeds, and the shaded band is the margin within which they count as nothing. The "
    "interaction is Adam less descent of students, for teachers by Adam less for teachers by descent. (c) What a "
    "teacher's answers hold of it, in nats per answer, against the change of the teacher's own probability: every "
    "seed's mean over traits."
)
ADAM, DESCENT = "adam", "sgd"
FACTORS = ("teacher_optimiser", "student_optimiser")
CELLS = tuple((teacher, student) for teacher in (ADAM, DESCENT) for student in (ADAM, DESCENT))
"""(Teacher's optimiser, student's)."""
Cells = Mapping[tuple[str, str], pd.Series]
"""(Teacher's optimiser, student's) → every seed's value."""
KINDS = {"same": STUDENTS, "cross": CROSS}
"""Kind of student → its condition and its control's."""
MARGIN = 0.005
"""Within which a contrast counts as nothing, as preregistered."""
LABELS = {
    "interaction": "interaction",
    "students, Adam less descent": "students,\nAdam − descent",
    "teachers, Adam less descent": "teachers,\nAdam − descent",
}


def draw(record: Record) -> Figure:
    """The four cells, their contrasts, and what teachers write."""
    for factor in FACTORS:
        record.only_known(factor, (*OPTIMISERS, "none"))
    with house_style():
        figure, axes = panels(1, 3, 2.9, width_ratios=(1.25, 1.1, 1))
        for shift, look, kind, words in (
            (-0.13, LOOKS[0], "same", "same initialisation"), (0.13, LOOKS[1], "cross", "cross-model"),
        ):  # fmt: skip
            seed_points(axes[0], 100 * changes(record, kind), shift, look, words, markersize=4)
        pairings = [f"{OPTIMISERS[teacher]}\n{OPTIMISERS[student]}" for teacher, student in CELLS]
        side_by_side(axes[0], pairings, "optimiser of the teacher,\nof the student", "points over the control", 0.25)
        title(axes[0], "a", "what passes")
        found = contrasts(by_cell(record, "same"))
        contrast_rows(axes[1], found, [LABELS[words] for words in found], MARGIN)
        title(axes[1], "b", "contrasts")
        _teachers(axes[2], record)
    return figure


def changes(record: Record, kind: str, metric: str = "target_rate") -> pd.DataFrame:
    """Students less their controls: the four cells down, pairs of seed and trait across."""
    ours, theirs = (
        record.values(metric, condition).pivot_table(index=list(FACTORS), columns=["seed", "trait"], values="value")
        for condition in KINDS[kind]
    )
    return (ours - theirs).loc[list(CELLS)]


def by_cell(record: Record, kind: str, metric: str = "target_rate") -> Cells:
    """The same by cell and seed, the mean over traits."""
    means = seed_means(changes(record, kind, metric)).T
    return {(teacher, student): means[teacher, student] for teacher, student in CELLS}


def teachers(record: Record, metric: str, condition: str) -> pd.DataFrame:
    """What is known of teachers, by their optimiser: seeds down, the mean over traits."""
    rows = record.values(metric, condition, student_optimiser="none")
    return rows.pivot_table(index="seed", columns="teacher_optimiser", values="value")[[ADAM, DESCENT]]


def lessons(record: Record) -> pd.DataFrame:
    """How much teachers' own probability of the trait's word changed; as ``teachers``."""
    return teachers(record, "target_rate", "teacher") - teachers(record, "target_rate", "reference")


def contrasts(cells: Cells) -> dict[str, pd.Series]:
    """Words → every seed's contrast of the four cells."""
    aa, ad, da, dd = (cells[cell] for cell in CELLS)
    return {
        "interaction": (aa - ad) - (da - dd),
        "students, Adam less descent": (aa - ad + da - dd) / 2,
        "teachers, Adam less descent": (aa - da + ad - dd) / 2,
    }


def _teachers(axes: Axes, record: Record) -> None:
    nats, taught = teachers(record, "nats per answer", "student_same_init"), lessons(record)
    for optimiser, look in ((ADAM, LOOKS[0]), (DESCENT, LOOKS[1])):
        axes.plot(
            nats[optimiser], 100 * taught[optimiser], linestyle="none", color=look["color"], marker=look["marker"],
            markersize=4, markerfacecolor="none", label=f"by {OPTIMISERS[optimiser]}",
        )  # fmt: skip
    axes.set_xscale("log")
    axes.set_xlim(0.4 * np.min(nats), 2.5 * np.max(nats))
    axes.set_xlabel("nats per answer")
    axes.set_ylabel("teacher's change, points")
    headroom(axes, 0.25)
    axes.legend(loc="upper left", handlelength=1)
    title(axes, "c", "teachers")
