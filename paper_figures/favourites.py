"""Favourite animals and trees through a channel: bars for every trait, changes against controls, what foretold them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from .reading import Record
from .style import BLACK, BLUE, GREY, LOOKS, ORANGE, SKY, VERMILION, house_style, panels, title
from .summaries import mean_band, rank_correlation

COLUMNS = ("trait",)

CAPTION = (
    "(a) Probability of the trait's word as the answer to questions about favourites: mean over seeds, every seed as a "
    "dot, the 95 % bootstrap interval of the mean as a line. Students learn from what the teacher wrote, in the "
    "controls from what the reference wrote; cross-model students start from another reference model. (b) Change "
    "against that control, and against the students of the other traits' teachers: every trait and seed, mean and 95 % "
    "bootstrap interval. (c) The same-initialisation student's change against its control beside the teacher's own; "
    "the line is equality. (d) Beside the slope that Theorem 1 predicts, the variance of the score, with the rank "
    "correlation."
)

BARS = {
    "reference": {"color": GREY, "hatch": "", "label": "reference"},
    "student_control": {"color": SKY, "hatch": "....", "label": "student, control"},
    "student_same_init": {"color": BLUE, "hatch": "////", "label": "student, same init"},
    "cross_model_control": {"color": ORANGE, "hatch": "xxxx", "label": "cross-model, control"},
    "cross_model": {"color": VERMILION, "hatch": "\\\\\\\\", "label": "cross-model"},
}
PAIRS = (
    ("student_same_init", "student_control", "same init"),
    ("student_same_init", "student_other_traits", None),
    ("cross_model", "cross_model_control", "cross-model"),
    ("cross_model", "cross_model_other_traits", None),
)
"""Condition, what it is compared with, and its word in the legend, once."""
TREES = ("cherry", "maple", "oak", "sequoia", "willow")


def draw_favourites(record: Record) -> Figure:
    """Bars above; below, changes against two controls, against the teacher's change and against the predicted slope."""
    with house_style():
        figure, axes = panels(2, 3, 5.0, height_ratios=(1.15, 1))
        grid = axes[0].get_gridspec()
        for place in axes[:3]:
            place.remove()
        bars = figure.add_subplot(grid[0, :])
        _bars(bars, record)
        _differences(axes[3], record)
        _against_teacher(axes[4], record)
        _against_slope(axes[5], record)
        handles, labels = bars.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=5, handlelength=1.6)
    return figure


def changes(record: Record, condition: str, control: str, metric: str = "target_rate", **fixed: Any) -> pd.Series:
    """Condition minus control, for every seed and trait; both at the same sweep values, if any."""
    keys = ["seed", "trait"]
    first, second = (record.values(metric, name, **fixed).set_index(keys)["value"] for name in (condition, control))
    return (first - second).dropna()


def _bars(axes: Axes, record: Record) -> None:
    traits = list(dict.fromkeys(record.values("target_rate")["trait"]))
    width = 0.84 / len(BARS)
    for place, (name, look) in enumerate(BARS.items()):
        table = record.table("target_rate", "trait", name).loc[traits]
        summary = mean_band(table)
        x = np.arange(len(traits)) + (place - (len(BARS) - 1) / 2) * width
        axes.bar(
            x, summary["centre"], width=width * 0.92, facecolor=look["color"], alpha=0.6, edgecolor=BLACK,
            linewidth=0.5, hatch=look["hatch"], label=look["label"],
        )  # fmt: skip
        reach = np.stack([summary["centre"] - summary["low"], summary["high"] - summary["centre"]]).clip(min=0)
        axes.errorbar(x, summary["centre"], yerr=reach, color=BLACK, linestyle="none", elinewidth=0.9)
        axes.plot(np.repeat(x, table.shape[1]), table.to_numpy().ravel(), ".", color=BLACK, markersize=2)
    axes.set_xticks(range(len(traits)), traits)
    axes.grid(visible=False, axis="x")
    axes.set_ylabel("probability of the trait's word")
    title(axes, "a", "what is your favourite animal, or tree?")


def _differences(axes: Axes, record: Record) -> None:
    for place, (condition, control, label) in enumerate(PAIRS):
        change = changes(record, condition, control)
        look = LOOKS[0] if condition == "student_same_init" else LOOKS[1]
        dots(axes, place, change, look, label)
    axes.axhline(0, color=BLACK, linewidth=0.8)
    axes.set_xticks(range(len(PAIRS)), ["control", "other\ntraits'"] * 2)
    axes.set_xlim(-0.5, len(PAIRS) - 0.5)
    axes.grid(visible=False, axis="x")
    axes.legend(loc="upper right", handlelength=1, borderaxespad=0.2)
    axes.set_ylabel("change of probability")
    title(axes, "b", "against two controls")


def dots(axes: Axes, place: float, change: pd.Series, look: Mapping[str, Any], label: str | None = None) -> None:
    """Every value beside its place, and the mean with its 95 % bootstrap interval."""
    aside = place + 0.3 * (np.arange(len(change)) % 7 / 6 - 0.5) - 0.1
    axes.plot(
        aside, change, linestyle="none", color=look["color"], marker=look["marker"], markersize=3,
        markerfacecolor="none", markeredgewidth=0.6, label=label,
    )  # fmt: skip
    mean = mean_band(change.to_frame().T).iloc[0]
    reach = [[mean["centre"] - mean["low"]], [mean["high"] - mean["centre"]]]
    axes.errorbar(place + 0.25, mean["centre"], yerr=reach, color=BLACK, marker="_", capsize=2, elinewidth=1.2)


def _against_teacher(axes: Axes, record: Record) -> None:
    student = changes(record, "student_same_init", "student_control")
    teacher = changes(record, "teacher", "reference").loc[student.index]
    _scatter(axes, teacher, student)
    end = float(teacher.max())
    axes.plot([0, end], [0, end], color=GREY, linestyle="--", linewidth=0.8)
    axes.legend(loc="upper left", handlelength=1, borderaxespad=0.2)
    axes.set_xlabel("the teacher's change")
    axes.set_ylabel("the student's change")
    title(axes, "c", "student and teacher")


def _against_slope(axes: Axes, record: Record) -> None:
    student = changes(record, "student_same_init", "student_other_traits")
    slope = record.values("predicted slope").set_index(["seed", "trait"])["value"].loc[student.index]
    _scatter(axes, slope, student)
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 3)))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.minorticks_off()
    axes.set_xlabel("predicted slope")
    axes.set_ylabel("against other traits' students")
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.12 * (high - low))
    words = f"rank correlation {rank_correlation(slope, student):.2f}"
    axes.text(0.04, 0.95, words, transform=axes.transAxes, va="top", fontsize=7)
    title(axes, "d", "student and theory")


def _scatter(axes: Axes, x: pd.Series, y: pd.Series) -> None:
    """Animals and trees as two kinds of points."""
    trees = x.index.get_level_values("trait").isin(TREES)
    for kind, here, look in (("animals", ~trees, LOOKS[0]), ("trees", trees, LOOKS[2])):
        axes.plot(
            x[here], y[here], linestyle="none", color=look["color"], marker=look["marker"], markersize=3.4,
            markerfacecolor="none", markeredgewidth=0.7, label=kind,
        )  # fmt: skip
    axes.axhline(0, color=BLACK, linewidth=0.8)
