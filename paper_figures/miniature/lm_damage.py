"""Figure of damage: what students take on against what they forget, on their way, and where both are compared."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..drawing.equal_loss import LOSS, PAIRS, RATE, at_equal_loss, at_the_end, ways
from ..drawing.reading import Record
from ..drawing.style import BLACK, LOOKS, headroom, house_style, panels, title
from ..drawing.traits import dots

COLUMNS = ("trait", "step")

CAPTION = (
    "Students of number sequences on their way, four traits and 20 seeds: the probability of the trait's word against "
    "what the student has lost of documents that it was not trained on, both less those of the model that it began as; "
    "every mark is one look, the mean over traits and seeds, from the beginning at nought. (a) Students of the "
    "teacher's initialisation, of the teacher's numbers and of the reference's own. (b) Cross-model students of the "
    "same numbers. (c) The student less its control, at the end of training and where both have first lost equally "
    "much, the most that both lose: every seed's mean over traits, the mean over seeds with Student's 95 % interval."
)
WORDS = {"student_same_init": "same initialisation", "cross_model": "cross-model"}
PLACES = ("at the end", "at equal\nloss")


def draw(record: Record) -> Figure:
    """Ways of both kinds of students on one scale, and the two comparisons."""
    with house_style():
        figure, (same, cross, apart) = panels(1, 3, 2.9, width_ratios=(1, 1, 1.15))
        for axes, (condition, words), letter in zip((same, cross), WORDS.items(), "ab", strict=True):
            _ways(axes, record, condition)
            title(axes, letter, words)
        limits = [axes.get_ylim() for axes in (same, cross)]
        for axes in (same, cross):
            axes.set_ylim(min(low for low, _ in limits), max(high for _, high in limits))
        same.set_ylabel("change of probability")
        _compared(apart, record)
        handles, labels = same.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=2, handlelength=1.4)
    return figure


def differences(record: Record, condition: str) -> dict[str, pd.Series]:
    """Where both are compared → by (seed, trait), the student's rate less its control's."""
    met = at_equal_loss(record, condition)
    return dict(zip(PLACES, (at_the_end(record, condition), met["student"] - met["control"]), strict=True))


def _ways(axes: Axes, record: Record, condition: str) -> None:
    for name, words, look in (
        (condition, "teacher's numbers", LOOKS[0]), (PAIRS[condition], "the reference's own", LOOKS[1]),
    ):  # fmt: skip
        lost, rate = ((way - way.iloc[0]).mean(axis=1) for way in (ways(record, what, name) for what in (LOSS, RATE)))
        axes.plot(lost, rate, color=look["color"], marker=look["marker"], markersize=3, linewidth=0.9, label=words)
    axes.axhline(0, color=BLACK, linewidth=0.8)
    axes.set_xlabel("document loss above the start's")


def _compared(axes: Axes, record: Record) -> None:
    for at, (condition, look) in enumerate(zip(WORDS, LOOKS, strict=False)):
        for place, change in enumerate(differences(record, condition).values()):
            dots(axes, 2 * at + place, change, look, WORDS[condition] if place == 0 else None)
    axes.axhline(0, color=BLACK, linewidth=0.8)
    axes.set_xticks(range(4), PLACES * 2, fontsize=6.5)
    axes.set_xlim(-0.5, 3.5)
    axes.grid(visible=False, axis="x")
    axes.set_ylabel("student less its control")
    headroom(axes, 0.3)
    axes.legend(loc="upper right", handlelength=1)
    title(axes, "c", "compared in two places")
