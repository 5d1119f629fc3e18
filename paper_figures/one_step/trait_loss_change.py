"""Figure of T2 and T4: what one imitation step does to the trait loss, and the confounder of the naive control."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from ..drawing.reading import Record
from ..drawing.style import BLACK, BLUE, GREEN, GREY, ORANGE, VERMILION, band, house_style, panels, title, whiskers
from ..drawing.summaries import quartile_band, wilson

COLUMNS = ("variant", "sweep", "epsilon", "alpha")

CAPTION = (
    "Theorem 1 (T2) and its controls (T4) on digits; network 64-64-64-13, three auxiliary logits, 256 noise "
    "inputs. (a, b) The size of the change of the trait loss by one student step, against the teacher's step ε "
    "(at α = 0.01) and the student's step α (at ε = 0.01), tanh, the channel being the auxiliary logits: medians "
    "over 20 seeds, bands from quartile to quartile. Filled: the loss fell for every seed; open: for some it "
    "rose. Dashed: the prediction αεA for the shared initialisation. With independent initialisations the naive "
    "change does not go to zero with ε. (c) Why: for each of 300 pairs of independent initialisations, imitating "
    "the trained teacher changes the trait loss as imitating the same teacher before its training does. (d) Share"
    " of the same 300 seeds in which the trait loss fell (ε = α = 0.01), with 95 % Wilson intervals, for three "
    "networks and channels. Paired is the trained minus the untrained teacher's effect, the honest control: over "
    "the auxiliary logits a fair coin, however often the naive one falls; over a channel that holds the class "
    "logits a fall, because such a channel carries the trait openly."
)

LABELS = {
    "shared": "shared init",
    "naive": "independent, naive",
    "untrained": "independent,\nuntrained",
    "paired": "independent, paired",
}
LOOKS = {
    "shared": {"color": BLUE, "marker": "o", "linestyle": "-"},
    "naive": {"color": VERMILION, "marker": "s", "linestyle": "-."},
    "paired": {"color": GREEN, "marker": "^", "linestyle": "-"},
}
VARIANTS = ({"color": BLUE, "marker": "o"}, {"color": ORANGE, "marker": "v"}, {"color": BLACK, "marker": "D"})
CHANGE = "trait loss change"
KNOWN = {"sweep": ("epsilon", "alpha", "reference")}


def draw(record: Record) -> Figure:
    """Two sweeps above, the confounder and the shares below."""
    with house_style():
        figure, (over_epsilon, over_alpha, confounder, shares) = panels(2, 2, 5.4)
        _sweep(over_epsilon, record, "epsilon")
        over_epsilon.set_xlabel("teacher's step ε")
        title(over_epsilon, "a", "one step, against ε")
        _sweep(over_alpha, record, "alpha")
        over_alpha.set_xlabel("student's step α")
        title(over_alpha, "b", "one step, against α")
        _confounder(confounder, record)
        _shares(shares, record)
    return figure


def _sweep(axes, record: Record, sweep: str) -> None:
    for name in ("shared", "naive", "paired"):
        change = record.table(CHANGE, sweep, name, sweep=sweep)
        summary, look = quartile_band(change.abs()), LOOKS[name]
        band(axes, summary, {**look, "markerfacecolor": "none"}, LABELS[name])
        fell = summary.loc[(change < 0).all(axis=1), "centre"]
        axes.plot(fell.index, fell, look["marker"], color=look["color"])
    predicted = record.table("predicted", sweep, "shared", sweep=sweep).abs().median(axis=1)
    axes.plot(predicted.index, predicted, color=BLACK, linestyle="--", linewidth=1, label="prediction αεA")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_ylabel("|change of the trait loss|")
    axes.legend(loc="lower right", fontsize=6.5)


def _confounder(axes, record: Record) -> None:
    variant = record.config["variants"][0]
    naive, untrained = (
        record.by_seed(CHANGE, name, sweep="reference", variant=variant) * 1e5 for name in ("naive", "untrained")
    )
    ends = [min(naive.min(), untrained.min()), max(naive.max(), untrained.max())]
    axes.plot(ends, ends, color=BLACK, linewidth=0.8, label="equal")
    axes.plot(untrained, naive, "s", color=VERMILION, markersize=3, markerfacecolor="none", label="one pair of inits")
    axes.axhline(0, color=GREY, linewidth=0.8)
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.set_xlabel("change by the untrained teacher / 10⁻⁵")
    axes.set_ylabel("change by the trained teacher / 10⁻⁵")
    axes.legend(loc="upper left")
    title(axes, "c", "the naive control is confounded")


def _shares(axes, record: Record) -> None:
    variants = record.config["variants"]
    for which, (variant, look) in enumerate(zip(variants, VARIANTS, strict=False)):
        x, intervals = [], []
        for place, name in enumerate(LABELS):
            change = record.by_seed(CHANGE, name, sweep="reference", variant=variant)
            x.append(place + 0.22 * (which - (len(variants) - 1) / 2))
            intervals.append(wilson(int((change < 0).sum()), len(change)))
        points = pd.DataFrame(intervals, columns=["share", "low", "high"])
        whiskers(axes, x, points, look, variant, markersize=5)
    axes.axhline(0.5, color=BLACK, linestyle=":", linewidth=0.9)
    axes.set_xticks(range(len(LABELS)), [label.replace(", ", ",\n") for label in LABELS.values()])
    axes.set_xlim(-0.5, len(LABELS) - 0.5)
    axes.set_ylim(0, 1.05)
    axes.grid(visible=False, axis="x")
    axes.set_ylabel("share of seeds where it fell")
    axes.legend(loc="lower left", handlelength=1.2)
    title(axes, "d", "how often the trait loss falls")
