"""Figure of T14 over many starts: r = ρ/S and its rivals against transfer."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from ..drawing import starts
from ..drawing.places import of
from ..drawing.reading import Record
from ..drawing.style import BLACK, BLUE, GREEN, GREY, LOOKS, ORANGE, VERMILION, band, house_style, panels, title
from ..drawing.summaries import mean_band, quartile_band, student_interval

COLUMNS = ("amount", "epoch")

CAPTION = (
    "When transfer is lost, and what T14's certificate says of it at the start: digits, 12 seeds (1000 to 1011), "
    "network 64-256-256-13, three auxiliary logits. Students start on the way to another initialisation, at the "
    "teacher's initialisation with Gaussian noise on all layers or on one, or with hidden units in another order. "
    "Transfer is test accuracy above that of the independent start. (a) Mean transfer against the mean of r = ρ/S "
    "before the first step; bars, 95 % bootstrap intervals over seeds. (b) The same against S. (c) r before the "
    "first step and after every epoch on the way to the other initialisation: median and quartiles; S > |ρ| "
    "certifies a step between the dotted lines. (d) Spearman's rank correlation of each quantity with transfer "
    "within a seed, over all starts but the permuted ones: every seed, and the mean with Student's 95 % interval; "
    "dotted, ±0.8."
)

NAMES = {
    "interpolated": "interpolated",
    "whole network": "noise, all layers",
    "fc1": "noise, first layer",
    "fc2": "noise, second layer",
    "head": "noise, head",
    "permuted": "permuted units",
}
ALONG = {
    0.0: {"color": BLUE, "linestyle": "-", "marker": "o"},
    0.2: {"color": GREEN, "linestyle": "-.", "marker": "^"},
    0.4: {"color": ORANGE, "linestyle": "--", "marker": "v"},
    1.0: {"color": VERMILION, "linestyle": ":", "marker": "s"},
}


def draw(record: Record) -> Figure:
    """Transfer against r and against S above; r along trainings and rank correlations below."""
    with house_style():
        figure, (against_r, against_s, along, ranks) = panels(2, 2, 5.6)
        gained, known = starts.transfer(record), starts.predictors(record)
        _scatter(against_r, known["r = ρ/S"], gained)
        against_r.axvline(1, color=BLACK, linestyle=":", linewidth=0.9)
        against_r.set_xlabel("r = ρ/S before the first step")
        title(against_r, "a", "r does not say when transfer is lost")
        _scatter(against_s, known["S"], gained)
        against_s.set_xscale("log")
        against_s.set_xlabel("S before the first step")
        title(against_s, "b", "S says more")
        _along(along, starts.ratio(record))
        _ranks(ranks, known, gained)
        handles, labels = against_r.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=6, columnspacing=1.0, handlelength=1.2)
    return figure


def _scatter(axes, predictor: pd.DataFrame, gained: pd.DataFrame) -> None:
    for look, (kind, label) in zip(LOOKS, NAMES.items(), strict=False):
        x, y = mean_band(of(predictor, kind)), mean_band(of(gained, kind))
        axes.errorbar(
            x["centre"], y["centre"], xerr=_reach(x), yerr=_reach(y), color=look["color"], marker=look["marker"],
            linestyle="none", markersize=4, elinewidth=0.7, label=label,
        )  # fmt: skip
    axes.axhline(0, color=BLACK, linewidth=0.8)
    axes.set_ylabel("transfer")


def _reach(summary: pd.DataFrame) -> list[pd.Series]:
    return [
        (summary["centre"] - summary["low"]).clip(lower=0),
        (summary["high"] - summary["centre"]).clip(lower=0),
    ]


def _along(axes, ratio: pd.DataFrame) -> None:
    for amount, look in ALONG.items():
        there = quartile_band(of(of(ratio, "interpolated"), amount))
        band(axes, there, {**look, "markersize": 3}, f"t = {amount:g}", every=3)
    for height in (-1, 1):
        axes.axhline(height, color=BLACK, linestyle=":", linewidth=0.9)
    axes.set_ylim(-3.2, 4.2)
    axes.set_xlabel("epoch")
    axes.set_ylabel("r = ρ/S")
    axes.legend(loc="lower left", ncols=2)
    title(axes, "c", "r through training")


def _ranks(axes, known: dict[str, pd.DataFrame], gained: pd.DataFrame) -> None:
    rows = {name: starts.rank_correlations(table, gained) for name, table in known.items()}
    rows["r, interpolated only"] = starts.rank_correlations(known["r = ρ/S"], gained, "interpolated")
    for place, values in enumerate(rows.values()):
        axes.plot(values, [place] * len(values), ".", color=GREY, markersize=3, alpha=0.7)
        mean, low, high = student_interval(values)
        axes.errorbar([mean], [place], xerr=[[mean - low], [high - mean]], capsize=3, color=BLUE, marker="o")
    for at, style in ((0, "-"), (-0.8, ":"), (0.8, ":")):
        axes.axvline(at, color=BLACK, linestyle=style, linewidth=0.8)
    axes.set_yticks(range(len(rows)), list(rows))
    axes.set_ylim(len(rows) - 0.5, -0.6)
    axes.set_xlim(-1.05, 1.05)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel("rank correlation with transfer")
    title(axes, "d", "what orders the starts")
