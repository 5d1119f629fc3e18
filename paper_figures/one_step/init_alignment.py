"""Figure of T1, T4 and T13: cosines of the two updates for every kind of initialisation."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from ..drawing.reading import Record
from ..drawing.style import BLACK, BLUE, GREEN, GREY, ORANGE, VERMILION, band, house_style, panels, title
from ..drawing.summaries import mean_band, wilson

COLUMNS = ("t",)

CAPTION = (
    "Which initialisations align the student's update with the teacher's v, on digits: 300 pairs of "
    "initialisations, tanh network 64-64-64-13, channel of three auxiliary logits, 256 noise inputs, ε = 0.01. "
    "(a) Histograms of the cosine: a shared initialisation; independent ones, naive, and paired (trained minus "
    "untrained teacher). (b) Students whose hidden units are a permutation of the teacher's: against the cosine of the "
    "same initialisation when shared, the raw cosine means nothing, and after undoing the permutation it is the same "
    "number. (c) Paired cosine of students that start at (1 − t)·shared + t·independent: mean with its 95 % "
    "bootstrap interval (narrower than the line where not seen), and the central 95 % of initialisations. (d) "
    "Share of initialisations with φ > 0, with 95 % Wilson intervals."
)

LOOKS = {
    "shared": {"color": BLUE, "marker": "o"},
    "permuted aligned": {"color": GREEN, "marker": "^"},
    "permuted raw": {"color": ORANGE, "marker": "v"},
    "independent paired": {"color": VERMILION, "marker": "s"},
    "independent naive": {"color": GREY, "marker": "X"},
}


def draw(record: Record) -> Figure:
    """Histograms and permutations above, interpolation and shares below."""
    with house_style():
        figure, (histogram, permutations, interpolation, shares) = panels(2, 2, 5.2)
        cosines = {name: record.by_seed("cosine", name) for name in LOOKS}
        _histogram(histogram, cosines)
        _permutations(permutations, cosines)
        _interpolation(interpolation, record)
        _shares(shares, cosines)
    return figure


def _histogram(axes, cosines) -> None:
    chosen = {
        "shared": {"label": "shared", "hatch": ""},
        "independent paired": {"label": "independent, paired", "hatch": "////"},
    }
    naive = "independent naive"
    everything = np.concatenate([cosines[name] for name in chosen])
    bins = np.linspace(everything.min(), everything.max(), 46)
    for name, look in chosen.items():
        axes.hist(
            cosines[name], bins=bins, histtype="stepfilled", facecolor=LOOKS[name]["color"], alpha=0.45,
            edgecolor=BLACK, linewidth=0.7, **look,
        )  # fmt: skip
    axes.hist(cosines[naive], bins=bins, histtype="step", color=BLACK, linestyle=":", label="independent, naive")
    axes.axvline(0, color=BLACK, linewidth=0.9)
    axes.set_xlabel("cosine of Δθ$_S$ and v")
    axes.set_ylabel("initialisations")
    axes.set_ylim(top=1.3 * axes.get_ylim()[1])
    axes.legend(loc="upper right")
    title(axes, "a", "shared and independent")


def _permutations(axes, cosines) -> None:
    shared = cosines["shared"]
    for name, label in (("permuted aligned", "aligned"), ("permuted raw", "raw")):
        look = LOOKS[name]
        axes.plot(shared, cosines[name], look["marker"], color=look["color"], markersize=3.5, markerfacecolor="none",
                  label=label)  # fmt: skip
    ends = [shared.min(), shared.max()]
    axes.plot(ends, ends, color=BLACK, linewidth=0.8, label="equal")
    axes.axhline(0, color=BLACK, linewidth=0.9)
    axes.set_xlabel("cosine with a shared init")
    axes.set_ylabel("cosine with permuted units")
    axes.legend(loc="upper left")
    title(axes, "b", "permuted hidden units")


def _interpolation(axes, record: Record) -> None:
    table = record.table("cosine", "t", "interpolated paired")
    low, high = np.quantile(table.to_numpy(), [0.025, 0.975], axis=1)
    axes.fill_between(table.index, low, high, facecolor="none", edgecolor=GREY, hatch="....", linewidth=0.6,
                      label="central 95 % of inits")  # fmt: skip
    band(axes, mean_band(table), {**LOOKS["shared"], "linestyle": "-"}, "mean, 95 % interval")
    axes.axhline(0, color=BLACK, linewidth=0.9)
    axes.set_xlabel("share t of the independent init")
    axes.set_ylabel("paired cosine")
    axes.set_ylim(top=1.35 * high.max())
    axes.legend(loc="upper right")
    title(axes, "c", "from shared to independent")


def _shares(axes, cosines) -> None:
    for place, (name, look) in enumerate(LOOKS.items()):
        values = cosines[name]
        share, low, high = wilson(int((values > 0).sum()), len(values))
        axes.errorbar([share], [place], xerr=[[share - low], [high - share]], capsize=2, markersize=6, **look)
        end, side = (high, "left") if share < 0.8 else (low, "right")
        axes.annotate(f"  {100 * share:.0f} %  ", (end, place), ha=side, va="center")
    axes.axvline(0.5, color=BLACK, linestyle=":", linewidth=0.9)
    axes.set_yticks(range(len(LOOKS)), [name.replace(" ", ",\n") for name in LOOKS])
    axes.set_ylim(len(LOOKS) - 0.5, -0.7)
    axes.set_xlim(0, 1.05)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel("share of initialisations with φ > 0")
    title(axes, "d", "sign of φ")
