"""Figure of T10: what filters leave is the variance of the score on what they keep."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from ..drawing.reading import Record
from ..drawing.style import BLACK, LOOKS, band, house_style, panels, title
from ..drawing.summaries import quartile_band

COLUMNS = ("epsilon",)

CAPTION = (
    "Filtering (T10) by exact enumeration of all 1 024 strings of a tiny sequence model; 20 models, each with its"
    " own trait and random filter. Hard filters: a format rule, a blacklist of one token; soft: random "
    "keep-probabilities; hostile, with full knowledge of the score: a soft judge, a hard judge (keeps the quarter"
    " that speaks least for the teacher), a narrow band around the median (keeps a quarter). (a) The alignment "
    "that survives, teacher's minus control's, per unit ε (at ε = 1e-4), against the variance of the score on "
    "what is kept; the line is equality. The equality case of one kept string, where both are zero up to "
    "rounding, has no place on logarithmic axes. (b) Relative deviation from the law against ε: medians over "
    "models, bands from quartile to quartile; dashed, slope 1. (c) At ε = 1e-3, the naive alignment (teacher's "
    "data without a control) of every model: it has either sign and says nothing about the teacher; the gap is "
    "positive in every one."
)

FILTERS = ("everything", "format", "blacklist", "random soft", "soft judge", "hard judge", "narrow band")
KNOWN = {"condition": ("one string", *FILTERS)}


def draw(record: Record) -> Figure:
    """The law, its convergence, and the naive contrast."""
    looks = dict(zip(FILTERS, LOOKS, strict=False))
    with house_style():
        figure, (law, convergence, contrast) = panels(1, 3, 3.4, width_ratios=(1, 1, 1.1))
        ends = []
        for name, look in looks.items():
            variance = record.by_seed("variance", name)
            gap = record.table("gap", "epsilon", name)
            rate = gap.div(gap.index, axis=0)
            at = rate.iloc[_nearest(rate.index, 1e-4)]
            ends += [variance.min(), variance.max()]
            law.plot(variance, at, look["marker"], color=look["color"], markerfacecolor="none", label=name)
            band(convergence, quartile_band((rate / variance - 1).abs()), look, name)
        _finish_law(law, ends)
        _finish_convergence(convergence, record)
        _contrast(contrast, record, looks)
        handles, labels = law.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=4, handlelength=1.5)
    return figure


def _nearest(index, value: float) -> int:
    return int(np.argmin(np.abs(np.log(np.asarray(index, float) / value))))


def _finish_law(axes, ends) -> None:
    low, high = min(ends) / 1.4, max(ends) * 1.4
    axes.plot([low, high], [low, high], color=BLACK, linewidth=0.9, zorder=1, label="equality")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("variance of the score on what is kept")
    axes.set_ylabel("gap / ε")
    title(axes, "a", "the variance law")


def _finish_convergence(axes, record: Record) -> None:
    grid = record.table("gap", "epsilon", FILTERS[0]).index.to_numpy(float)
    axes.plot(grid, 3 * grid, color=BLACK, linestyle="--", linewidth=0.9, label="slope 1")
    axes.legend(handles=axes.lines[-1:], loc="upper left", handlelength=1.8)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("teacher's step ε")
    axes.set_ylabel("|gap / (ε·variance) − 1|")
    title(axes, "b", "convergence, slope 1")


def _contrast(axes, record: Record, looks) -> None:
    for place, (name, look) in enumerate(looks.items()):
        for shift, metric in ((-0.17, "naive"), (0.17, "gap")):
            table = record.table(metric, "epsilon", name)
            values = table.iloc[_nearest(table.index, 1e-3)]
            spread = place + shift + 0.1 * np.linspace(-1, 1, len(values))
            fill = look["color"] if metric == "gap" else "none"
            axes.plot(values, spread, look["marker"], color=look["color"], markerfacecolor=fill, markersize=3)
    axes.axvline(0, color=BLACK, linewidth=0.9)
    axes.set_xscale("symlog", linthresh=1e-4, linscale=0.6)
    reach = 3 * max(abs(limit) for limit in axes.get_xlim())
    axes.set_xlim(-reach, reach)
    axes.set_xticks([-1, -1e-2, 0, 1e-2, 1])
    axes.set_yticks(range(len(looks)), list(looks))
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")
    axes.set_xlabel("Δθ$_S$·v; open: naive, filled: gap")
    title(axes, "c", "naive and gap")
