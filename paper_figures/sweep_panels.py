"""The panels that all sweeps share: accuracy against what was swept, and against what one step predicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .reading import Record
from .style import BLACK, GREY, LOOKS, band, house_style, panels, title
from .summaries import mean_band, rank_correlation

ACCURACY = "test_accuracy"
TEACHER = {"color": BLACK, "linestyle": "-", "linewidth": 0.8, "marker": None}
CONTROL = {"color": GREY, "linestyle": ":", "marker": "x"}

METRICS = {
    "first update cosine": ("before training: coverage", "cosine of the first step with v"),
    "predicted slope": ("before training: A", "A = vᵀGv"),
    "predicted cosine": ("before training: Lemma 1", "predicted cosine of Gv with v"),
    "inner product": ("before training: φ", "φ, first step · v"),
    "displacement cosine": ("after training", "cosine of displacements"),
}
"""Metric → title and axis label; v is the teacher's whole displacement."""


@dataclass(frozen=True)
class Series:
    """One curve.

    Attributes:
        label: in the legend.
        condition: whose accuracy.
        where: sweep column → the value that it has on this curve.
        look: marker, colour and line.
        predicted: whether it is drawn against the theory's numbers too.
    """

    label: str
    condition: str = "student_aux"
    where: Mapping[str, Any] = field(default_factory=dict)
    look: Mapping[str, Any] = field(default_factory=lambda: LOOKS[0])
    predicted: bool = True

    def table(self, record: Record, metric: str, column: str) -> pd.DataFrame:
        """One metric: sweep values down, seeds across."""
        return record.table(metric, column, self.condition, **self.where)


def student_and_control(where: Mapping[str, Any] | None = None) -> tuple[Series, ...]:
    """The curves of a sweep of one question: student, cross-model control, teacher."""
    where = where or {}
    return (
        Series("student (aux.)", where=where),
        Series("cross-model (aux.)", "cross_model_aux", where, CONTROL, predicted=False),
        Series("teacher", "teacher", where, TEACHER, predicted=False),
    )


def sweep_figure(
    record: Record,
    column: str,
    series: Sequence[Series],
    label: str,
    metrics: Sequence[str] = ("first update cosine", "predicted slope"),
    names: Mapping[Any, str] | None = None,
    height: float = 2.9,
    widths: Sequence[float] = (1.5, 1, 1),
    scale: str = "log",
) -> Figure:
    """(a) accuracy against the sweep; (b), (c) mean accuracy of each sweep value against a number of the theory.

    Args:
        record: of the sweep.
        column: what was swept.
        series: the curves.
        label: of the sweep's axis.
        metrics: of ``METRICS``, one panel each.
        names: value of the column → word, for a sweep over words: these stand on the vertical axis, in this order.
        height: in inches.
        widths: of the panels, relative.
        scale: of the sweep's axis, for numbers.
    """
    with house_style():
        figure, (first, *others) = panels(1, 1 + len(metrics), height, width_ratios=widths)
        if names is None:
            against_numbers(first, record, column, series, label, scale)
        else:
            against_words(first, record, column, series, names)
        title(first, "a", "what was measured")
        for letter, axes, metric in zip("bcd", others, metrics, strict=False):
            against_theory(axes, record, column, series, metric, names)
            title(axes, letter, METRICS[metric][0])
        others[0].set_ylabel("test accuracy")
        handles, labels = first.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=min(6, len(labels)))
    return figure


def against_numbers(
    axes: Axes, record: Record, column: str, series: Sequence[Series], label: str, scale: str = "log"
) -> None:
    """Mean accuracy with its 95 % interval over seeds, against the sweep."""
    for one in series:
        band(axes, mean_band(one.table(record, ACCURACY, column)), dict(one.look), one.label)
    axes.axhline(chance(record), color=BLACK, linewidth=0.8, linestyle=":", zorder=1)
    axes.set_xscale(scale)
    if scale == "log":
        places = sorted({float(place) for one in series for place in one.table(record, ACCURACY, column).index})
        axes.set_xticks(places, [f"{place:g}" for place in places])
        axes.minorticks_off()
    axes.set_ylim(0, 1.03)
    axes.set_xlabel(label)
    axes.set_ylabel("test accuracy")


def against_words(axes: Axes, record: Record, column: str, series: Sequence[Series], names: Mapping[Any, str]) -> None:
    """The same for a sweep over words: one line each, from the top, with every seed as a dot."""
    for order, one in enumerate(series):
        table = one.table(record, ACCURACY, column).reindex(list(names))
        summary = mean_band(table)
        places = np.arange(len(names)) + 0.5 * (order + 0.5) / len(series) - 0.25
        for row, place in zip(table.to_numpy(), places, strict=True):
            axes.plot(row, np.full(len(row), place), ".", color=one.look["color"], markersize=2, alpha=0.5)
        reach = [summary["centre"] - summary["low"], summary["high"] - summary["centre"]]
        axes.errorbar(
            summary["centre"], places, xerr=[side.clip(lower=0) for side in reach], linestyle="none", capsize=2,
            color=one.look["color"], marker=one.look["marker"] or "|", label=one.label,
        )  # fmt: skip
    axes.axvline(chance(record), color=BLACK, linewidth=0.8, linestyle=":", zorder=1)
    axes.set_yticks(range(len(names)), list(names.values()))
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlim(0, 1.03)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel("test accuracy")


def against_theory(
    axes: Axes, record: Record, column: str, series: Sequence[Series], metric: str, names: Any = None
) -> None:
    """Mean accuracy of every sweep value against the mean of a theory's number, in the order of the sweep.

    The legend gives Spearman's rank correlation of these means: 1 where the theory orders the sweep as training does.
    """
    everything = []
    for one in series:
        if not one.predicted:
            continue
        predicted, accuracy = (one.table(record, what, column).mean(axis=1) for what in (metric, ACCURACY))
        accuracy = accuracy.loc[predicted.index]
        style = {**one.look, "linewidth": 0.6, **({"linestyle": "none"} if names is not None else {})}
        correlation = rank_correlation(predicted, accuracy)
        axes.plot(predicted, accuracy, label=f"ρ = {correlation:.2f}".replace("-", "−"), **style)
        everything.append(predicted)
    values = pd.concat(everything)
    if metric == "predicted slope":
        _logarithmic_with_zero(axes, values[values > 0])
    if values.min() < 0 < values.max():
        axes.axvline(0, color=BLACK, linewidth=0.8)
    axes.set_ylim(0, 1.03)
    axes.set_xlabel(METRICS[metric][1])
    axes.legend(loc="lower right", handlelength=1.4)


def chance(record: Record) -> float:
    """One over the number of classes."""
    return 1 / 10


def _logarithmic_with_zero(axes: Axes, positive: pd.Series) -> None:
    """A logarithmic axis on which zero has a place too, one decade below the smallest value."""
    low, high = (float(np.log10(end)) for end in (positive.min(), positive.max()))
    if high - low < 1:
        return
    axes.set_xscale("symlog", linthresh=10**low, linscale=0.5)
    decades = [10.0**k for k in range(int(np.ceil(low)), int(np.floor(high)) + 1)]
    axes.set_xticks([0.0, *decades], ["0", *(f"{decade:g}" for decade in decades)])
    axes.minorticks_off()
