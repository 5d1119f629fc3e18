"""Figure 8 of the paper in miniature: change of preference for every teacher and student, and the audit beside it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..drawing.favourites import dots
from ..drawing.reading import Record
from ..drawing.style import BLACK, LOOKS, house_style, panels, title

COLUMNS = ("trait", "teacher", "student", "differing")

CAPTION = (
    "Number sequences between five reference models, three traits, 20 seeds. (a) Change of the student's probability "
    "of the trait's word against the same student of the teacher's reference, in percentage points, mean over "
    "traits and seeds. (b) The audit of the same data before training, along the displacement that the student's "
    "own model gets from the same lesson, in standard errors, mean over traits and seeds. (c) The change by what "
    "differs between the two models: every seed's mean over traits and pairs, their mean and Student's 95 % "
    "interval."
)
WORDS = {
    "init 0, documents 0": "init 0\ndocs 0",
    "init 0, documents 1": "init 0\ndocs 1",
    "init 1, documents 0": "init 1\ndocs 0",
    "init 1, documents 1": "init 1\ndocs 1",
    "other architecture": "other\narch.",
}
GROUPS = {
    "same": "nothing",
    "documents": "docs",
    "init": "init",
    "both": "both",
    "architecture": "arch.",
}
KNOWN = {"teacher": (*WORDS, "none"), "student": (*WORDS, "none"), "differing": (*GROUPS, "none")}


def draw(record: Record) -> Figure:
    """Two heat maps, of changes and of audits, and the changes grouped by what differs."""
    change = changes_of_pairs(record)
    z = record.values("audit z").set_index(["seed", "trait", "teacher", "student", "differing"])["value"]
    with house_style():
        figure, (heat, audit, groups) = panels(1, 3, 3.0, width_ratios=(1, 1, 1.05))
        _heat(heat, 100 * change, "{:z.1f}")
        heat.set_ylabel("teacher")
        title(heat, "a", "change, points")
        _heat(audit, z, "{:z.0f}")
        title(audit, "b", "audit z")
        for place, name in enumerate(GROUPS):
            dots(groups, place, change.xs(name, level="differing"), LOOKS[0 if name == "same" else 1])
        groups.axhline(0, color=BLACK, linewidth=0.8)
        groups.set_xticks(range(len(GROUPS)), list(GROUPS.values()))
        groups.set_xlim(-0.5, len(GROUPS) - 0.4)
        groups.grid(visible=False, axis="x")
        groups.set_xlabel("what differs")
        groups.set_ylabel("change of probability")
        title(groups, "c", "by pair")
    return figure


def changes_of_pairs(record: Record) -> pd.Series:
    """Student minus control for every seed, trait, teacher and student."""
    keys = ["seed", "trait", "teacher", "student", "differing"]
    learned, control = (
        record.values("target_rate", name).set_index(keys)["value"] for name in ("student", "student_control")
    )
    return learned - control


def _heat(axes: Axes, values: pd.Series, form: str) -> None:
    """Means over seeds and traits, teachers down and students across."""
    table = values.groupby(["teacher", "student"]).mean().unstack("student").loc[list(WORDS), list(WORDS)]
    most = float(np.abs(table.to_numpy()).max())
    axes.imshow(table, cmap="RdBu_r", vmin=-most, vmax=most, aspect="auto")
    for (row, column), value in np.ndenumerate(table.to_numpy()):
        colour = "white" if abs(value) > 0.6 * most else BLACK
        axes.text(column, row, form.format(value).replace("-", "−"), ha="center", va="center", color=colour, fontsize=7)
    axes.set_xticks(range(len(WORDS)), list(WORDS.values()), fontsize=6)
    axes.set_yticks(range(len(WORDS)), list(WORDS.values()), fontsize=6)
    axes.grid(visible=False)
    axes.set_xlabel("student")
