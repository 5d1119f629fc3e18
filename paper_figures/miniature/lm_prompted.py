"""Fine-tuned teachers against prompted ones: what they prefer, what their students take on, and what foretold it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..drawing.favourites import PAIRS, changes
from ..drawing.reading import Record
from ..drawing.style import BLACK, BLUE, GREEN, GREY, LOOKS, ORANGE, SKY, VERMILION, house_style, panels, title
from ..drawing.summaries import rank_correlation, student_interval

COLUMNS = ("trait", "teacher")

CAPTION = (
    "Favourite animals and trees through number sequences, four traits and 12 seeds. Teachers are fine-tuned, or they "
    "are the reference with a system prompt that students do not see. (a) Probability of the trait's word; bars are "
    "means over seeds, dots every seed's mean over traits. (b) Change of the students against two controls: the "
    "reference's own numbers, and those of teachers of the same kind of other traits. (c) The same-initialisation "
    "student's change against its control beside the log-likelihood ratio of teacher and reference in one kept "
    "answer. (d) Beside the audit's score of the teacher's data along the fine-tuned teacher's displacement, taken "
    "before training; ρ are rank correlations over seeds and traits. Lines are Student's 95 % intervals over seeds, "
    "cut at the panel's edge in (a)."
)

KINDS = ("fine-tuned", "prompted")
BARS = {
    "reference": {"color": GREY, "hatch": "", "label": "reference"},
    "student_control": {"color": SKY, "hatch": "....", "label": "student, control"},
    "student_same_init": {"color": BLUE, "hatch": "////", "label": "student, same init"},
    "cross_model_control": {"color": ORANGE, "hatch": "xxxx", "label": "cross-model, control"},
    "cross_model": {"color": VERMILION, "hatch": "\\\\\\\\", "label": "cross-model"},
}
TEACHER = {"teacher": {"color": GREEN, "hatch": "----", "label": "teacher"}}
LOOK: dict[str, dict[str, Any]] = dict(zip(map(str, KINDS), LOOKS, strict=False))
SPREAD = 0.24
"""How far dots of one bar lie apart."""
KNOWN = {"teacher": KINDS}


def draw(record: Record) -> Figure:
    """Bars, changes against controls, the student's change beside information and beside the audit."""
    with house_style():
        figure, axes = panels(2, 2, 5.4)
        parts = {kind: replace(record, rows=record.rows[record.rows["teacher"] == kind]) for kind in KINDS}
        _bars(axes[0], parts)
        _differences(axes[1], parts)
        for kind, part in parts.items():
            student = changes(part, "student_same_init", "student_control")
            for place, metric in ((axes[2], "nats per answer"), (axes[3], "audit score")):
                across = part.values(metric).set_index(["seed", "trait"])["value"].loc[student.index]
                _points(place, across, student, kind, f"{kind}, ρ = {rank_correlation(across, student):.2f}")
        axes[2].set_xscale("log")
        for place, letter, across, words in (
            (axes[2], "c", "nats per answer", "student and information"),
            (axes[3], "d", "audit score", "student and audit"),
        ):
            place.axhline(0, color=BLACK, linewidth=0.8)
            place.set_ylim(top=1.25 * place.get_ylim()[1])
            place.set_xlabel(across)
            place.set_ylabel("the student's change")
            place.legend(loc="upper left", handlelength=1)
            title(place, letter, words)
        handles, labels = axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=6, handlelength=1.4)
    return figure


def _bars(axes: Axes, parts: dict[str, Record]) -> None:
    looks = {"reference": BARS["reference"], **TEACHER, **{name: BARS[name] for name in list(BARS)[1:]}}
    width = 0.84 / len(looks)
    for group, part in enumerate(parts.values()):
        for place, (name, look) in enumerate(looks.items()):
            values = part.values("target_rate", name).groupby("seed")["value"].mean()
            mean = student_interval(values)
            x = group + (place - (len(looks) - 1) / 2) * width
            axes.bar(
                x, mean[0], width=width * 0.92, facecolor=look["color"], alpha=0.6, edgecolor=BLACK,
                linewidth=0.5, hatch=look["hatch"], label=None if group else look["label"],
            )  # fmt: skip
            axes.plot(x + _aside(values) * width * 2, values, ".", color=BLACK, markersize=1.6)
            _interval(axes, x, mean)
    axes.set_xticks(range(len(parts)), [f"{kind} teacher" for kind in parts])
    axes.grid(visible=False, axis="x")
    axes.set_ylim(0, 1.05)
    axes.set_ylabel("probability of the trait's word")
    title(axes, "a", "who names the trait")


def _differences(axes: Axes, parts: dict[str, Record]) -> None:
    for shift, (kind, part) in zip((-0.2, 0.2), parts.items(), strict=True):
        look = LOOK[kind]
        for place, (condition, control, _) in enumerate(PAIRS):
            change = changes(part, condition, control).groupby("seed").mean()
            axes.plot(
                place + shift + _aside(change), change, linestyle="none", color=look["color"], marker=look["marker"],
                markersize=2.6, markerfacecolor="none", markeredgewidth=0.6, label=None if place else kind,
            )  # fmt: skip
            _interval(axes, place + shift, student_interval(change), "_")
    axes.axhline(0, color=BLACK, linewidth=0.8)
    words = [f"{'same init' if 'same' in one else 'cross-model'},\n{other}" for one, other in _pair_words()]
    axes.set_xticks(range(len(PAIRS)), words, fontsize=6.5)
    axes.grid(visible=False, axis="x")
    axes.legend(loc="upper right", handlelength=1)
    axes.set_ylabel("change of probability")
    title(axes, "b", "against two controls")


def _pair_words() -> list[tuple[str, str]]:
    return [(one, "control" if control.endswith("_control") else "other traits'") for one, control, _ in PAIRS]


def _aside(values: pd.Series) -> np.ndarray:
    """Places of dots side by side, within ±SPREAD/2."""
    return SPREAD * (np.arange(len(values)) % 7 / 6 - 0.5)


def _interval(axes: Axes, x: float, mean: tuple[float, float, float], marker: str = "") -> None:
    centre, low, high = mean
    axes.errorbar(
        x, centre, yerr=[[centre - low], [high - centre]], color=BLACK, marker=marker, elinewidth=1.1, capsize=1.5
    )


def _points(axes: Axes, x: pd.Series, y: pd.Series, kind: str, words: str) -> None:
    look = LOOK[kind]
    axes.plot(
        x, y, linestyle="none", color=look["color"], marker=look["marker"], markersize=3.4, markerfacecolor="none",
        markeredgewidth=0.7, label=words,
    )  # fmt: skip
