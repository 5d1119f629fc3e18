"""Traits through a channel: rates for every trait, changes against controls and by judge, and what foretold them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from .reading import Record
from .style import BLACK, BLUE, GREEN, GREY, LOOKS, ORANGE, SKY, VERMILION, headroom, house_style, panels, title
from .summaries import rank_correlation, student_interval

COLUMNS = ("trait",)


@dataclass(frozen=True)
class Shown:
    """What of a record is drawn, and in which words.

    Attributes:
        rate: the metric of panel (a), ``rate_words`` its name on the axis, ``question`` what was asked.
        change: the metric of the changes, ``change_words`` its name on the axis.
        judges: metric → its words, for the changes side by side.
        label: ``label(trait)``, a trait's words below its points.
        kind: ``kind(trait)``, by which points are told apart.
    """

    rate: str
    rate_words: str
    question: str
    change: str
    change_words: str
    judges: Mapping[str, str]
    label: Callable[[str], str]
    kind: Callable[[str], str]


POINTS: dict[str, dict[str, Any]] = {
    "reference": {"color": GREY, "marker": "_", "label": "reference"},
    "teacher": {"color": GREEN, "marker": "D", "label": "teacher"},
    "student_same_init": {"color": BLUE, "marker": "o", "label": "student, same init"},
    "student_control": {"color": SKY, "marker": "s", "label": "its control"},
    "cross_model": {"color": VERMILION, "marker": "^", "label": "cross-model"},
    "cross_model_control": {"color": ORANGE, "marker": "v", "label": "its control"},
}
PAIRS = (
    ("student_same_init", "student_control", "same init"),
    ("student_same_init", "student_other_traits", None),
    ("cross_model", "cross_model_control", "cross-model"),
    ("cross_model", "cross_model_other_traits", None),
)
"""Condition, what it is compared with, and its word in the legend, once."""


def draw_traits(record: Record, shown: Shown) -> Figure:
    """Rates above; below, changes against two controls and by judge, against the teacher's and the predicted slope."""
    with house_style():
        figure, axes = panels(3, 2, 7.0, height_ratios=(1.15, 1, 1))
        grid = axes[0].get_gridspec()
        for place in axes[:2]:
            place.remove()
        points = figure.add_subplot(grid[0, :])
        _points(points, record, shown)
        _differences(axes[2], record, shown)
        _by_judge(axes[3], record, shown)
        _against_teacher(axes[4], record, shown)
        _against_slope(axes[5], record, shown)
        handles, labels = points.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=6, handlelength=1.2, columnspacing=1.2)
    return figure


def changes(record: Record, condition: str, control: str, metric: str = "target_rate", **fixed: Any) -> pd.Series:
    """Condition minus control, for every seed and trait; both at the same sweep values, if any."""
    keys = ["seed", "trait"]
    first, second = (record.values(metric, name, **fixed).set_index(keys)["value"] for name in (condition, control))
    return (first - second).dropna()


def _points(axes: Axes, record: Record, shown: Shown) -> None:
    """Every trait under every condition: the mean over seeds and its interval."""
    traits = list(dict.fromkeys(record.values(shown.rate)["trait"]))
    present = {name: look for name, look in POINTS.items() if name in set(record.values(shown.rate)["condition"])}
    for place, (name, look) in enumerate(present.items()):
        table = record.table(shown.rate, "trait", name).loc[traits]
        x = np.arange(len(traits)) + 0.13 * (place - (len(present) - 1) / 2)
        means = [student_interval(values.dropna()) for _, values in table.iterrows()]
        centre, low, high = (np.array(part) for part in zip(*means, strict=True))
        axes.errorbar(
            x, centre, yerr=[centre - low, high - centre], linestyle="none", elinewidth=0.9, markersize=4.5,
            markeredgewidth=1.1, **look,
        )  # fmt: skip
    low, high = axes.get_ylim()
    axes.set_ylim(max(low, 0), min(high, 1))
    axes.set_xticks(range(len(traits)), [shown.label(trait) for trait in traits])
    axes.grid(visible=False, axis="x")
    axes.set_ylabel(shown.rate_words)
    title(axes, "a", shown.question)


def _differences(axes: Axes, record: Record, shown: Shown) -> None:
    for place, (condition, control, label) in enumerate(PAIRS):
        change = changes(record, condition, control, shown.change)
        look = LOOKS[0] if condition == "student_same_init" else LOOKS[1]
        dots(axes, place, change, look, label)
    axes.axhline(0, color=BLACK, linewidth=0.8)
    axes.set_xticks(range(len(PAIRS)), ["control", "other\ntraits'"] * 2)
    axes.set_xlim(-0.5, len(PAIRS) - 0.5)
    axes.grid(visible=False, axis="x")
    axes.legend(loc="upper right", handlelength=1, borderaxespad=0.2)
    axes.set_ylabel(shown.change_words)
    title(axes, "b", "against two controls")


def _by_judge(axes: Axes, record: Record, shown: Shown) -> None:
    words = list(shown.judges.values())
    for at, (condition, control, label) in enumerate((PAIRS[0], PAIRS[2])):
        for place, metric in enumerate(shown.judges):
            change = changes(record, condition, control, metric)
            dots(axes, at * len(words) + place, change, LOOKS[at], label if place == 0 else None)
    axes.axhline(0, color=BLACK, linewidth=0.8)
    axes.set_xticks(range(2 * len(words)), words * 2)
    axes.set_xlim(-0.5, 2 * len(words) - 0.5)
    axes.grid(visible=False, axis="x")
    axes.legend(loc="upper right", handlelength=1, borderaxespad=0.2)
    axes.set_ylabel(shown.change_words)
    title(axes, "c", "against the control, by judge")


def dots(axes: Axes, place: float, change: pd.Series, look: Mapping[str, Any], label: str | None = None) -> None:
    """Every seed's mean beside its place, and the mean over seeds with Student's 95 % interval."""
    by_seed = change.groupby("seed").mean()
    aside = place + 0.3 * (np.arange(len(by_seed)) % 7 / 6 - 0.5) - 0.1
    axes.plot(
        aside, by_seed, linestyle="none", color=look["color"], marker=look["marker"], markersize=3,
        markerfacecolor="none", markeredgewidth=0.6, label=label,
    )  # fmt: skip
    mean, low, high = student_interval(by_seed)
    axes.errorbar(
        place + 0.25, mean, yerr=[[mean - low], [high - mean]], color=BLACK, marker="_", capsize=2, elinewidth=1.2
    )


def _against_teacher(axes: Axes, record: Record, shown: Shown) -> None:
    student = changes(record, "student_same_init", "student_control", shown.change)
    teacher = changes(record, "teacher", "reference", shown.change).loc[student.index]
    _scatter(axes, teacher, student, shown)
    end = float(teacher.max())
    axes.plot([0, end], [0, end], color=GREY, linestyle="--", linewidth=0.8)
    axes.legend(loc="upper left", handlelength=1, borderaxespad=0.2)
    axes.set_xlabel("the teacher's change")
    axes.set_ylabel("the student's change")
    title(axes, "d", "student and teacher")


def _against_slope(axes: Axes, record: Record, shown: Shown) -> None:
    student = changes(record, "student_same_init", "student_other_traits", shown.change)
    slope = record.values("predicted slope").set_index(["seed", "trait"])["value"].loc[student.index]
    _scatter(axes, slope, student, shown)
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 3)))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.minorticks_off()
    axes.set_xlabel("predicted slope")
    axes.set_ylabel("against other traits' students")
    headroom(axes, 0.12)
    words = f"rank correlation {rank_correlation(slope, student):.2f}"
    axes.text(0.04, 0.95, words, transform=axes.transAxes, va="top", fontsize=7)
    title(axes, "e", "student and theory")


def _scatter(axes: Axes, x: pd.Series, y: pd.Series, shown: Shown) -> None:
    """Every kind of trait as its kind of points."""
    kinds = np.array([shown.kind(trait) for trait in x.index.get_level_values("trait")])
    for kind, look in zip(dict.fromkeys(kinds), (LOOKS[0], LOOKS[2]), strict=False):
        here = kinds == kind
        axes.plot(
            x[here], y[here], linestyle="none", color=look["color"], marker=look["marker"], markersize=3.4,
            markerfacecolor="none", markeredgewidth=0.7, label=kind,
        )  # fmt: skip
    axes.axhline(0, color=BLACK, linewidth=0.8)
