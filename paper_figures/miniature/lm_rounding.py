"""Figure of rounding: what one last digit, moved once, makes of a seed's students."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..drawing.reading import Record
from ..drawing.seeds import seed_points
from ..drawing.style import BLACK, GREY, LOOKS, house_style, panels, title

COLUMNS = ("trait", "rounded")

CAPTION = (
    "The same seeds with every parameter moved to the next number of float32 once, 12 seeds and four traits through "
    "number sequences: where the student begins, where the teacher begins, or where the reference begins. (a) How far "
    "the student ends from the student of the same seed with nothing moved, in lengths of the teacher's displacement; "
    "a dot is one seed's mean over traits. (b) Every student's change of the trait's probability against its control, "
    "with nothing moved (horizontal) and with last digits moved (vertical); on the line rounding changes nothing. (c) "
    "The same change by seed, the mean over traits; means over seeds with Student's 95 % intervals."
)

ROUNDED = {"student": "student", "teacher": "teacher", "reference": "reference"}
NOTHING = "nothing"
KNOWN = {"rounded": (NOTHING, *ROUNDED)}


def draw(record: Record) -> Figure:
    """How far, which students, and the means."""
    change = changes(record)
    with house_style():
        figure, (far, single, means) = panels(1, 3, 3.0, width_ratios=(1, 1.25, 1.1))
        apart = _table(record, "apart", "student_same_init").loc[list(ROUNDED)]
        seed_points(far, apart, 0, LOOKS[0], None)
        far.set_yscale("log")
        far.set_ylim(bottom=apart[apart > 0].min().min() / 2)
        far.set_xticks(range(len(ROUNDED)), list(ROUNDED.values()), fontsize=6.5)
        far.set_xlim(-0.5, len(ROUNDED) - 0.5)
        far.set_ylabel("distance of students, over the teacher's")
        _single(single, change)
        seed_points(means, change, 0, LOOKS[0], None)
        means.axhline(0, color=BLACK, linewidth=0.8)
        means.set_xticks(range(1 + len(ROUNDED)), [NOTHING, *ROUNDED.values()], fontsize=6.5)
        means.set_xlim(-0.5, len(ROUNDED) + 0.5)
        means.set_ylabel("change, mean over traits")
        for axes, letter, words in (
            (far, "a", "how far students end"), (single, "b", "single students"), (means, "c", "means of seeds"),
        ):  # fmt: skip
            axes.grid(visible=False, axis="x")
            title(axes, letter, words)
        for axes in (far, means):
            axes.set_xlabel("last digits moved in")
    return figure


def changes(record: Record) -> pd.DataFrame:
    """What was moved down, pairs of seed and trait across: the student's rate less its control's."""
    ours, theirs = (_table(record, "target_rate", name) for name in ("student_same_init", "student_control"))
    return (ours - theirs).loc[[NOTHING, *ROUNDED]]


def _table(record: Record, metric: str, condition: str) -> pd.DataFrame:
    return record.values(metric, condition).pivot_table(index="rounded", columns=["seed", "trait"], values="value")


def _single(axes: Axes, change: pd.DataFrame) -> None:
    ends = [change.to_numpy().min(), change.to_numpy().max()]
    axes.plot(ends, ends, color=GREY, linewidth=0.8)
    for (rounded, words), look in zip(ROUNDED.items(), LOOKS, strict=False):
        axes.plot(
            change.loc[NOTHING], change.loc[rounded], linestyle="none", marker=look["marker"], color=look["color"],
            markerfacecolor="none", markersize=3.5, markeredgewidth=0.7, label=words,
        )  # fmt: skip
    axes.set_xlabel("change, nothing moved")
    axes.set_ylabel("change, last digits moved")
    axes.legend(loc="upper left", handlelength=1, title="moved in")
