"""All miniature experiments on one axis: what the audit said before training against what the students took on."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..drawing.reading import Record
from ..drawing.style import BLACK, BLUE, GREY, VERMILION, WIDTH, headroom, house_style, plt, title
from ..drawing.summaries import rank_correlation, student_interval
from ..drawing.transfer import points
from ..drawing.transfers import TRANSFERS

CAPTION = (
    "The committed records of the miniature language models, 12 to 20 seeds each. The "
    "audit is taken before any student is trained: the mean score of the teacher's data less that of the reference's "
    "own, in standard deviations of the score over the latter (the root of the slope that Theorem 1 predicts). The "
    "change is by how much the student's rate of the trait exceeds its control's. Filled, blue: students of the "
    "teacher's initialisation; hollow, red: cross-model students of the same data. (a) Every seed and trait; ρ is the "
    "rank correlation over all points of a kind. (b) Means of the rows at the right. (c) Audit and (d) change of each "
    "experiment: every seed's mean, their mean and Student's 95 % interval."
)
COLUMNS = {
    name: tuple(dict.fromkeys(column for one in TRANSFERS if one.record == name for column in one.columns))
    for name in dict.fromkeys(one.record for one in TRANSFERS)
}
"""Record and the columns that are needed of it."""
KINDS = {"same": ("same init", BLUE, BLUE, "o"), "cross": ("cross-model", VERMILION, "none", "s")}
"""Kind of student → words, colour, filling, marker."""


def draw(records: Mapping[str, Record]) -> Figure:
    """Points and means at the left; at the right one row per experiment."""
    tables = [points(records[one.record], one) for one in TRANSFERS]
    everything = pd.concat(tables)
    means = pd.DataFrame([table.drop(columns="seed").mean() for table in tables])
    with house_style():
        figure = plt.figure(figsize=(WIDTH, 6.4))
        grid = figure.add_gridspec(2, 3, width_ratios=(1.25, 0.72, 1))
        single, mean = (figure.add_subplot(grid[row, 0]) for row in (0, 1))
        audits = figure.add_subplot(grid[:, 1])
        changes = figure.add_subplot(grid[:, 2], sharey=audits)
        _cloud(single, everything, 2.2)
        _cloud(mean, means, 4.5)
        title(single, "a", "every seed and trait")
        title(mean, "b", "means of experiments")
        by_seed = [table.groupby("seed").mean() for table in tables]
        _rows(audits, [table[["audit"]].rename(columns={"audit": "same"}) for table in by_seed])
        _rows(changes, [100 * table[[kind for kind in KINDS if kind in table]] for table in by_seed])
        audits.set_yticks(range(len(TRANSFERS)), [one.words for one in TRANSFERS])
        audits.set_ylim(len(TRANSFERS) - 0.4, -0.6)
        audits.tick_params(axis="y", labelsize=6.5, length=0)
        changes.tick_params(axis="y", labelleft=False, length=0)
        audits.set_xlabel("standard deviations")
        changes.set_xlabel("points above the control")
        title(audits, "c", "audit before")
        title(changes, "d", "change after")
        handles, labels = single.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=2, handlelength=1.2, markerscale=1.8)
    return figure


def _cloud(axes: Axes, found: pd.DataFrame, size: float) -> None:
    """Audit across, change up, both kinds of students, and how well the ranks agree."""
    for place, (kind, (words, colour, filling, marker)) in enumerate(KINDS.items()):
        axes.plot(
            found["audit"], found[kind], linestyle="none", color=colour, marker=marker, markersize=size,
            markeredgewidth=0.5, markerfacecolor=filling, label=words, alpha=0.75,
        )  # fmt: skip
        both = found[["audit", kind]].dropna()
        ranks = rank_correlation(both["audit"], both[kind])
        axes.text(
            0.03, 0.97 - 0.08 * place, f"ρ = {ranks:.2f}, {words}", transform=axes.transAxes, va="top", fontsize=7,
            color=colour, bbox={"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "pad": 1},
        )  # fmt: skip
    headroom(axes, 0.2)
    axes.axhline(0, color=BLACK, linewidth=0.8)
    axes.axvline(0, color=BLACK, linewidth=0.8)
    axes.set_xlabel("audit before training, standard deviations")
    axes.set_ylabel("rate above the control's")


def _rows(axes: Axes, tables: list[pd.DataFrame]) -> None:
    """One row per experiment: every seed's mean, their mean and Student's interval, of every kind of student."""
    for place, table in enumerate(tables):
        for kind in table:
            _, colour, filling, marker = KINDS[str(kind)]
            values, y = table[kind].dropna(), place + (0.16 if kind == "cross" else -0.1)
            mean, low, high = student_interval(values)
            axes.plot(values, [y] * len(values), "|", color=colour, markersize=3, markeredgewidth=0.5, alpha=0.6)
            axes.errorbar(
                mean, y, xerr=[[mean - low], [high - mean]], color=colour, marker=marker,
                markerfacecolor=filling, markersize=3.4, markeredgewidth=0.7, elinewidth=0.9, linestyle="none",
            )  # fmt: skip
        if place % 2:
            axes.axhspan(place - 0.5, place + 0.5, color=GREY, alpha=0.08, linewidth=0)
    axes.axvline(0, color=BLACK, linewidth=0.8)
    axes.grid(visible=False, axis="y")
