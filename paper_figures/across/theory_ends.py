"""Where theory ends, in one figure: six assumptions in turn, what is guaranteed with each, and what is seen without."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure

from ..drawing import defences as protection
from ..drawing import starts
from ..drawing.places import of
from ..drawing.reading import Record
from ..drawing.style import BLACK, BLUE, GREEN, GREY, LOOKS, ORANGE, PURPLE, VERMILION, band, house_style, panels, title
from ..drawing.summaries import mean_band, quartile_band

COLUMNS = {
    "alignment_rate": ("epsilon",),
    "finite_step": ("epsilon",),
    "certificate_start": ("amount", "epoch"),
    "alignment_traces": ("part", "step"),
    "defences": ("amount", "step"),
}
"""Record and the columns that are needed of it."""

CAPTION = (
    "Where theory ends: digits; one step, 20 seeds ((a), (b)), whole trainings by Adam, 12 seeds (the rest). Shaded, "
    "what is guaranteed where the assumption above a panel holds. (a) Share of seeds and losses whose first step is "
    "aligned, against the teacher's step ε. (b) The same for one loss, with the share that T5 certifies. (c) "
    "Distance from the teacher's parameters by Adam, over its first value, from the shared and the independent start: "
    "median and quartiles. (d) Transfer against r = ρ/S at the start, means over seeds; |r| < 1 certifies the first "
    "step. (e) Cosine of imitation and trait gradient through training, mean with 95 % bootstrap interval over seeds; "
    "T2 speaks of the first step of a teacher one small step away. (f) Defences: accuracy gained by training, and "
    "lead over the own start after five steps on few labels, means over seeds; an unchanged trait is at 0 in both."
)

KINDS = {"interpolated": (BLUE, "o"), "noise": (ORANGE, "v"), "permuted": (PURPLE, "P")}
"""Kind of start → how it looks."""
SHADE = {"color": GREEN, "alpha": 0.13, "linewidth": 0}


def draw(records: Mapping[str, Record]) -> Figure:
    """Six panels, an assumption each."""
    with house_style():
        figure, axes = panels(2, 3, 5.4)
        _small_step(axes[0], records["alignment_rate"])
        _certificate(axes[1], records["finite_step"])
        _plain_descent(axes[2], records["certificate_start"])
        _shared_start(axes[3], records["certificate_start"])
        _first_step(axes[4], records["alignment_traces"])
        _no_trait(axes[5], records["defences"])
    return figure


def _share(condition: pd.DataFrame) -> pd.Series:
    rows = condition.groupby("epsilon")["value"]
    return rows.apply(lambda values: (values > 0).mean())


def _small_step(axes, record: Record) -> None:
    share = _share(record.values("inner product"))
    whole = share.index[(share == 1).cummin()]
    axes.axvspan(share.index[0], share.index[3], **SHADE)
    axes.plot(share.index, share, color=BLUE, marker="o", markersize=3, label="aligned")
    axes.axvline(whole[-1], color=GREY, linestyle=":", linewidth=0.9)
    axes.annotate(f"all, up to {whole[-1]:.3g}", (whole[-1], 0.3), fontsize=6.5, ha="right", rotation=90)
    axes.annotate("guaranteed:\nε → 0", (share.index[0] * 1.3, 0.1), fontsize=6.5, color=GREEN)
    axes.set_xscale("log")
    axes.set_ylim(0, 1.05)
    axes.set_xlabel("ε")
    axes.set_ylabel("share aligned")
    title(axes, "a", "a small step (T1):\nthe sign holds far beyond")


def _certificate(axes, record: Record) -> None:
    positive = _share(record.values("inner product", "network"))
    monotone, remainder = (record.table(name, "epsilon", "network") for name in ("monotone", "remainder"))
    speaks = (monotone > remainder.abs()).mean(axis=1)
    axes.fill_between(speaks.index, 0, speaks, **SHADE)
    axes.plot(speaks.index, speaks, color=GREEN, linestyle="--", label="certified")
    axes.plot(positive.index, positive, color=BLUE, marker="o", markersize=3, label="aligned")
    axes.set_xscale("log")
    axes.set_ylim(0, 1.05)
    axes.set_xlabel("ε")
    axes.set_ylabel("share of seeds")
    axes.legend(loc="lower left")
    title(axes, "b", "S > |ρ| (T5):\nsilent before the sign is lost")


def _plain_descent(axes, record: Record) -> None:
    distance = starts.looks(record, "distance")
    for look, (amount, words) in zip(LOOKS, {0.0: "shared start", 1.0: "independent"}.items(), strict=False):
        there = of(of(distance, "interpolated"), amount)
        band(axes, quartile_band(there / there.iloc[0]), {**look, "markersize": 3}, words, every=3)
    low = axes.get_ylim()[0]
    axes.axhspan(low, 1.0, **SHADE)
    axes.set_ylim(bottom=low)
    axes.axhline(1, color=BLACK, linewidth=0.8)
    axes.set_xlabel("epoch of Adam")
    axes.set_ylabel("distance over its first value")
    axes.legend(loc="best")
    title(axes, "c", "plain descent (T14):\nAdam ends no closer")


def _shared_start(axes, record: Record) -> None:
    r, gained = starts.predictors(record)["r = ρ/S"].mean(axis=1), starts.transfer(record).mean(axis=1)
    family = [kind if kind in KINDS else "noise" for kind, _ in r.index]
    axes.axvspan(-1, 1, **SHADE)
    for kind, (color, marker) in KINDS.items():
        here = [each == kind for each in family]
        axes.plot(r[here], gained[here], marker, color=color, markersize=4, label=kind)
    axes.axhline(0, color=BLACK, linewidth=0.8)
    axes.set_xlabel("r = ρ/S at the start")
    axes.set_ylabel("transfer")
    axes.set_ylim(top=1.5 * gained.max())
    axes.legend(loc="upper left")
    title(axes, "d", "a shared start (T14):\nr does not order transfer")


def _first_step(axes, record: Record) -> None:
    for look, name in zip(LOOKS, ("student", "control"), strict=False):
        cosine = record.table("trait cosine", "step", name, part="all")
        band(axes, mean_band(cosine), {**look, "markersize": 2.5}, name, every=4)
    axes.axhline(0, color=BLACK, linewidth=0.8)
    low, high = axes.get_ylim()
    axes.fill_between([-12, 12], 0, high, **SHADE)
    axes.set_ylim(low, high)
    axes.set_xlabel("step of Adam")
    axes.set_ylabel("cosine of the two gradients")
    axes.legend(loc="upper right")
    title(axes, "e", "the first step (T2):\nsoon nothing is left to see")


def _no_trait(axes, record: Record) -> None:
    gained = protection.gained(record).mean(axis=1)
    returned = protection.returned(record).mean(axis=1)
    marked = {"undefended": (VERMILION, "s"), "projection": (BLUE, "o"), "heads": (GREEN, "^"), "fresh": (PURPLE, "D")}
    words = {"heads": "fresh head", "fresh": "fresh network"}
    kinds = gained.index.get_level_values(0)
    others = ~kinds.isin(list(marked))
    axes.plot(gained[others], returned[others], ".", color=GREY, markersize=4, label="others")
    for kind, (color, marker) in marked.items():
        here = kinds == kind
        axes.plot(gained[here], returned[here], marker, color=color, markersize=5, label=words.get(kind, kind))
    axes.axhspan(-protection.MARGIN, protection.MARGIN, **SHADE)
    axes.axvline(0, color=BLACK, linewidth=0.8)
    axes.set_xlabel("accuracy gained by training")
    axes.set_ylabel("lead after few labels")
    axes.legend(loc="best", fontsize=6)
    title(axes, "f", "a trait loss at rest:\nthe trait comes back")
