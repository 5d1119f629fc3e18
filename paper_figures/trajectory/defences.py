"""Figure of defences: what each prevents and what it costs, and whether the trait comes back."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ..drawing import defences as summary
from ..drawing.places import at, of
from ..drawing.reading import Record
from ..drawing.style import BLACK, BLUE, GREEN, GREY, LOOKS, house_style, panels, title
from ..drawing.summaries import mean_band, student_interval

COLUMNS = ("amount", "step")

CAPTION = (
    "Defences against transfer on digits: 12 seeds (1000 to 1011), network 64-256-256-13, three auxiliary logits. "
    "(a) Transfer prevented, 1 less the ratio of accuracies gained over the own start to the undefended student's, "
    "against distillation kept, the share of the divergence from the teacher's auxiliary logits on unseen noise that "
    "imitation removes (below −1 drawn at −1); means, with 95 % bootstrap intervals over seeds; the line joins what "
    "no other beats in both. Numbers: standard deviations of noise, share of the second teacher, epochs. (b) "
    "Adaptive check: accuracy after five steps on ten labelled images of each class, less that of the student's own "
    "start after the same; every seed, and the mean with Student's 95 % interval; dotted, the margin of ±0.05."
)

NAMES = {
    "undefended": "none",
    "projection": "trait out of the step",
    "noise": "noise on logits",
    "mixing": "second teacher mixed in",
    "heads": "fresh output layer",
    "fresh": "fresh network",
    "early": "early stopping",
    "afterwards": "fine-tuned afterwards",
    "liminal": "liminal training",
}
KINDS = dict(zip(NAMES, (*LOOKS, {"color": GREEN, "marker": "h"}), strict=True))
SHORT = {
    **NAMES,
    "noise": "noise",
    "mixing": "second teacher",
    "afterwards": "afterwards",
    "early": "early",
    "liminal": "liminal",
}
"""The same where an amount follows."""
BESIDE = {"mixing": (6, -9), "early": (6, -9), "liminal": (-12, -3)}
"""Where an amount stands beside its point, in points of type, if others would be in its way."""
LEAST = -1.0
"""Distillation kept below this is drawn here."""


def draw(record: Record) -> Figure:
    """Prevented against kept, and what comes back."""
    with house_style():
        figure, (front, back) = panels(1, 2, 4.0, width_ratios=[1.25, 1.0])
        _front(front, record)
        _back(back, record)
        handles, labels = front.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=5, columnspacing=1.0, handlelength=1.2)
    return figure


def _front(axes, record: Record) -> None:
    kept, prevented = summary.kept(record), summary.prevented(record)
    x, y = mean_band(kept), summary.prevented_band(record)
    for kind, look in KINDS.items():
        there = of(x, kind).clip(lower=LEAST)
        high = of(y, kind)
        axes.errorbar(
            there["centre"], high["centre"], xerr=_reach(there), yerr=_reach(high), color=look["color"],
            marker=look["marker"], linestyle="none", elinewidth=0.7, markersize=5, label=NAMES[kind],
        )  # fmt: skip
        if len(there) > 1:
            for amount in there.index:
                axes.annotate(f"{amount:g}", (there.loc[amount, "centre"], high.loc[amount, "centre"]),
                              xytext=BESIDE.get(kind, (5, 4)), textcoords="offset points", fontsize=6.5)  # fmt: skip
    best = summary.unbeaten(kept, prevented)
    axes.plot(x.loc[best, "centre"], prevented.loc[best], color=GREY, linewidth=0.9, zorder=1)
    axes.axhline(0, color=BLACK, linewidth=0.8)
    axes.set_xlim(LEAST - 0.08, 1.08)
    axes.set_xticks([-1, -0.5, 0, 0.5, 1])
    axes.set_xlabel("distillation kept")
    axes.set_ylabel("transfer prevented")
    title(axes, "a", "what is prevented, and at what cost")


def _reach(band: pd.DataFrame) -> list[pd.Series]:
    return [(band["centre"] - band["low"]).clip(lower=0), (band["high"] - band["centre"]).clip(lower=0)]


def _back(axes, record: Record) -> None:
    returned = summary.returned(record)
    names = []
    for place, (kind, amount) in enumerate(returned.index):
        values = at(returned, (kind, amount))
        axes.plot(values, np.full(len(values), place), ".", color=GREY, markersize=2.5, alpha=0.6)
        mean, low, high = student_interval(values)
        axes.errorbar([mean], [place], xerr=[[mean - low], [high - mean]], capsize=2, color=BLUE, marker="o")
        names.append(SHORT[kind] + (f", {amount:g}" if amount else ""))
    for height, style in ((0, "-"), (-0.05, ":"), (0.05, ":")):
        axes.axvline(height, color=BLACK, linestyle=style, linewidth=0.8)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.6)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel("accuracy above the start's")
    title(axes, "b", "five steps on 100 labels")
