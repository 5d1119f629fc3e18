"""The panels that all sweeps share: accuracy against what was swept, and against what one step predicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .reading import Record
from .style import BLACK, GREY, LOOKS, band, house_style, panels, room_for_words, title
from .summaries import mean_band, rank_correlation

ACCURACY = "test_accuracy"
TEACHER = {"color": BLACK, "linestyle": "-", "linewidth": 0.8, "marker": None}
CONTROL = {"color": GREY, "linestyle": ":", "marker": "x"}

METRICS = {
    "first update cosine": ("first step, beforehand", "cosine of first step and v"),
    "predicted slope": ("A, beforehand", "A = vᵀGv"),
    "predicted cosine": ("Lemma 1, beforehand", "predicted cosine of Gv and v"),
    "inner product": ("φ, beforehand", "φ = first step · v"),
    "displacement cosine": ("after training", "cosine of displacements"),
    "displacement ratio": ("how far, after training", "length of displacement over v's"),
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


def student_and_control(
    where: Mapping[str, Any] | None = None, label: str = "student (aux.)", look: int = 0
) -> tuple[Series, ...]:
    """The curves of a sweep of one question: student, in one of the house's looks, cross-model control, teacher."""
    where = where or {}
    return (
        Series(label, where=where, look=LOOKS[look]),
        Series("cross-model (aux.)", "cross_model_aux", where, CONTROL, predicted=False),
        Series("teacher", "teacher", where, TEACHER, predicted=False),
    )


def series_by(record: Record, column: str, names: Mapping[str, str], label: str = "student: {}") -> tuple[Series, ...]:
    """One curve of students for each word of a column: those of the table first, then any that it does not know."""
    words = with_strangers(names, record.words(column))
    return tuple(
        Series(label.format(words[name]), where={column: name}, look=LOOKS[place % len(LOOKS)])
        for place, name in enumerate(words)
    )


def with_strangers(names: Mapping[Any, str], found: Iterable[Any]) -> dict[Any, str]:
    """The table of words, and at its end what was found and has no word: it is drawn under its own name."""
    return {**names, **{one: str(one) for one in found if one not in names}}


@dataclass(frozen=True)
class Sweep:
    """One panel of accuracies.

    Attributes:
        words: its title.
        column: what was swept.
        series: the curves.
        label: of the sweep's axis.
        scale: of the sweep's axis, for numbers.
        names: value of the column → word, for a sweep over words: these stand on the vertical axis, in this order.
    """

    words: str
    column: str
    series: Sequence[Series]
    label: str = ""
    scale: str = "log"
    names: Mapping[Any, str] | None = None


def sweep_figure(
    record: Record,
    sweep: Sweep,
    metrics: Sequence[str] = ("first update cosine", "predicted slope"),
    height: float = 2.9,
    widths: Sequence[float] = (1.5, 1, 1),
    legend: str = "lower right",
) -> Figure:
    """(a) accuracy against the sweep; (b), (c) mean accuracy of each sweep value against a number of the theory.

    Args:
        record: of the sweep.
        sweep: what panel (a) shows.
        metrics: of ``METRICS``, one panel each.
        height: in inches.
        widths: of the panels, relative.
        legend: where the rank correlations stand.
    """
    return _figure(record, (sweep,), metrics, (1, 1 + len(metrics)), height, legend, width_ratios=widths)


def two_sweeps(
    record: Record,
    left: Sweep,
    right: Sweep,
    metrics: tuple[str, str] = ("first update cosine", "displacement cosine"),
    height: float = 5.4,
    legend: str = "lower right",
) -> Figure:
    """(a), (b) accuracy against two sweeps of one record; (c), (d) both against a number of the theory each."""
    return _figure(record, (left, right), metrics, (2, 2), height, legend)


def _figure(
    record: Record,
    sweeps: Sequence[Sweep],
    metrics: Sequence[str],
    shape: tuple[int, int],
    height: float,
    legend: str,
    **options: Any,
) -> Figure:
    with house_style():
        rows, columns = shape
        figure, axes = panels(rows, columns, height, **options)
        known: dict[str, Any] = {}
        for letter, place, sweep in zip("ab", axes, sweeps, strict=False):
            if sweep.names is None:
                against_numbers(place, record, sweep)
            else:
                against_words(place, record, sweep)
            title(place, letter, sweep.words)
            handles, labels = place.get_legend_handles_labels()
            known |= dict(zip(labels, handles, strict=True))
        for number, (place, metric) in enumerate(zip(axes[len(sweeps) :], metrics, strict=True)):
            against_theory(place, record, sweeps, metric, legend)
            title(place, "abcd"[len(sweeps) + number], METRICS[metric][0])
            if number == 0 or len(sweeps) > 1:
                place.set_ylabel("test accuracy")
        figure.legend(list(known.values()), list(known), loc="outside lower center", ncols=min(5, len(known)))
        if any(sweep.names for sweep in sweeps):
            room_for_words(figure)
    return figure


def against_numbers(axes: Axes, record: Record, sweep: Sweep) -> None:
    """Mean accuracy with its 95 % interval over seeds, against the sweep."""
    for one in sweep.series:
        band(axes, mean_band(one.table(record, ACCURACY, sweep.column)), dict(one.look), one.label)
    axes.axhline(record.chance, color=BLACK, linewidth=0.8, linestyle=":", zorder=1)
    axes.set_xscale(sweep.scale)
    if sweep.scale == "log":
        places = {float(place) for one in sweep.series for place in one.table(record, ACCURACY, sweep.column).index}
        axes.set_xticks(sorted(places), [f"{place:g}" for place in sorted(places)])
        axes.minorticks_off()
    axes.set_ylim(0, 1.03)
    axes.set_xlabel(sweep.label)
    axes.set_ylabel("test accuracy")


def against_words(axes: Axes, record: Record, sweep: Sweep) -> None:
    """The same for a sweep over words: one line each, from the top, with every seed as a dot."""
    tables = [one.table(record, ACCURACY, sweep.column) for one in sweep.series]
    names = with_strangers(sweep.names or {}, [place for table in tables for place in table.index])
    for order, (one, table) in enumerate(zip(sweep.series, tables, strict=True)):
        table = table.loc[[name for name in names if name in table.index]]
        summary = mean_band(table)
        shift = 0.6 * (order + 0.5) / len(sweep.series) - 0.3
        places = np.array([list(names).index(name) for name in table.index]) + shift
        for row, place in zip(table.to_numpy(), places, strict=True):
            axes.plot(row, np.full(len(row), place), ".", color=one.look["color"], markersize=2, alpha=0.5)
        reach = [summary["centre"] - summary["low"], summary["high"] - summary["centre"]]
        axes.errorbar(
            summary["centre"], places, xerr=[side.clip(lower=0) for side in reach], linestyle="none", capsize=2,
            color=one.look["color"], marker=one.look["marker"] or "|", label=one.label,
        )  # fmt: skip
    axes.axvline(record.chance, color=BLACK, linewidth=0.8, linestyle=":", zorder=1)
    axes.set_yticks(range(len(names)), list(names.values()))
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlim(0, 1.03)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel("test accuracy")


def against_theory(
    axes: Axes, record: Record, sweeps: Sequence[Sweep], metric: str, legend: str = "lower right"
) -> None:
    """Mean accuracy of every sweep value against the mean of a theory's number, in the order of the sweep.

    The legend gives Spearman's rank correlation of these means: 1 where the theory orders the sweep as training does.
    Where it is the same number for the whole sweep there is none.
    """
    everything = []
    for sweep in sweeps:
        for one in (series for series in sweep.series if series.predicted):
            predicted, accuracy = (one.table(record, what, sweep.column).mean(axis=1) for what in (metric, ACCURACY))
            accuracy = accuracy.loc[predicted.index]
            style = {**one.look, "linewidth": 0.6, **({"linestyle": "none"} if sweep.names is not None else {})}
            constant = np.ptp(predicted) <= 1e-3 * np.abs(predicted).max()
            rho = "" if constant else f"ρ = {rank_correlation(predicted, accuracy):.2f}".replace("-", "−")
            axes.plot(predicted, accuracy, label=rho or "no order", **style)
            everything.append(predicted)
    values = pd.concat(everything)
    if metric == "predicted slope":
        _logarithmic_with_zero(axes, values[values > 0])
    if values.min() < 0 < values.max():
        axes.axvline(0, color=BLACK, linewidth=0.8)
    axes.set_ylim(0, 1.03)
    axes.set_xlabel(METRICS[metric][1])
    columns = 1 + len(everything) // 4 + len(everything) // 7
    axes.legend(loc=legend, handlelength=1.4, handletextpad=0.5, ncols=columns, columnspacing=0.8)


def _logarithmic_with_zero(axes: Axes, positive: pd.Series) -> None:
    """A logarithmic axis on which zero has a place too, one decade below the smallest value."""
    low, high = (float(np.log10(end)) for end in (positive.min(), positive.max()))
    if high - low < 1:
        return
    axes.set_xscale("symlog", linthresh=10**low, linscale=0.5)
    decades = [10.0**k for k in range(int(np.ceil(low)), int(np.floor(high)) + 1)]
    axes.set_xticks([0.0, *decades], ["0", *(f"{decade:g}" for decade in decades)])
    axes.minorticks_off()
