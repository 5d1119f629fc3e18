"""Figure of what is known before training: predicted against realised transfer, and predictors against baselines."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ..drawing import prediction
from ..drawing.prediction import BASELINES, MODELS, PREDICTORS, PRIMARY, SAME, TRANSFER
from ..drawing.reading import Record
from ..drawing.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    VERMILION,
    house_style,
    room_for_words,
    title,
)

COLUMNS = ("varied", "start")

CAPTION = (
    "Transfer predicted before training: digits, 207 settings of perceptrons in 13 families, means over 10 seeds "
    "(1000 to 1009). Every family varies one thing of the base setting (64-64-64-16, six auxiliary logits, 256 steps "
    "of Adam), with nine starts for every value, or the start itself. Each prediction is made by isotonic regression "
    "on the twelve other families. (a) Transfer, accuracy above that of the student's own start, against what T15's "
    "linearised flow predicts for a family that it was not fitted on; grey, the mean half-width of split-conformal "
    "90 % intervals. (b) Spearman's rank correlation of held-out predictions with transfer, with 95 % bootstrap "
    "intervals over families; open, baselines and all predictors together. (c) Rank correlation of every quantity "
    "itself with transfer within each family. (d) The share of each family's settings inside the 90 % intervals that "
    "were calibrated on the others."
)

STARTS = {
    "the teacher's": (BLUE, "o"),
    "interpolated": (GREEN, "^"),
    "noise": (ORANGE, "v"),
    "layers anew": (PURPLE, "D"),
    "permuted": (GREY, "P"),
    "another": (VERMILION, "s"),
}
"""Kind of start → how its settings look."""

NAMES = {
    "flow": "linearised flow (T15)",
    "linear training": "linearised training",
    "first-step cosine": "cosine of first step, v",
    "gradient cosine": "cosine of gradients",
    "coverage": "coverage (T12)",
    "A": "A (T1)",
    "S": "S (T14)",
    "r": "r = ρ/S (T14)",
    "distance": "start's distance",
    "CKA": "CKA, hidden layer",
    "all of them": "all together",
    "same start or not": "same start or not",
    "mean of the others": "mean of the others",
}


def kind(family: str, start: str) -> str:
    """The kind of a setting's start."""
    if family in STARTS:
        return family
    known = {SAME: "the teacher's", "another": "another", "first layer anew": "layers anew", "head anew": "layers anew"}
    return known.get(start, start.split()[0])


def draw(record: Record) -> Figure:
    """The large panel on the left, three that judge on the right."""
    with house_style():
        figure = plt.figure(figsize=(7.2, 7.0))
        large, ranks, map_, inside = figure.subplot_mosaic([["a", "b"], ["c", "d"]], width_ratios=[1.15, 1]).values()
        table = prediction.settings(record)
        _scatter(large, table)
        _ranks(ranks, prediction.judged(table))
        _within(map_, prediction.within(table))
        _inside(inside, table)
        room_for_words(figure)
    return figure


def _scatter(axes, table: pd.DataFrame) -> None:
    guess = prediction.held_out(table, MODELS[PRIMARY])
    reach = float(prediction.intervals(table, MODELS[PRIMARY])["reach"].mean())
    kinds = np.array([kind(family, start) for family, _, start in table.index])
    ends = np.array([min(guess.min(), -0.02) - 0.02, max(guess.max(), table[TRANSFER].max()) + 0.03])
    axes.fill_between(ends, ends - reach, ends + reach, color=GREY, alpha=0.15, linewidth=0)
    axes.plot(ends, ends, color=BLACK, linewidth=0.8)
    for name, (color, marker) in STARTS.items():
        here = kinds == name
        axes.plot(guess[here], table[TRANSFER][here], marker, color=color, markersize=4, alpha=0.8, label=name,
                  markeredgewidth=0)  # fmt: skip
    axes.set_xlim(ends[0], guess.max() + 0.03)
    axes.set_xlabel("transfer predicted from the linearised flow")
    axes.set_ylabel("transfer")
    axes.legend(loc="lower right", ncols=2, columnspacing=1.0, handletextpad=0.2)
    title(axes, "a", "before training, and after")


def _ranks(axes, rows: pd.DataFrame) -> None:
    order = [*rows.loc[list(PREDICTORS), "rank"].sort_values(ascending=False).index, prediction.TOGETHER, *BASELINES]
    for place, name in enumerate(order):
        row = rows.loc[name]
        own = name in PREDICTORS
        axes.errorbar(
            [row["rank"]], [place], xerr=[[max(0.0, row["rank"] - row["low"])], [max(0.0, row["high"] - row["rank"])]],
            color=BLUE if own else VERMILION, marker="o" if own else "s", mfc=None if own else "white", capsize=2,
        )  # fmt: skip
    axes.axvline(0, color=BLACK, linewidth=0.8)
    axes.axhline(len(PREDICTORS) - 0.5, color=GREY, linewidth=0.7, linestyle=":")
    axes.set_yticks(range(len(order)), [NAMES[name] for name in order])
    axes.set_ylim(len(order) - 0.5, -0.6)
    axes.set_xlim(right=1.02)
    axes.set_xticks([-0.5, 0, 0.5, 1])
    axes.grid(visible=False, axis="y")
    axes.set_xlabel("rank correlation, family left out")
    title(axes, "b", "what predicts")


def _within(axes, table: pd.DataFrame) -> None:
    axes.imshow(table.to_numpy(), cmap="RdBu", vmin=-1, vmax=1, aspect="auto")
    axes.set_yticks(range(len(table.index)), [NAMES[name] for name in table.index])
    axes.set_xticks(range(len(table.columns)), table.columns, rotation=90)
    axes.grid(visible=False)
    for (down, across), value in np.ndenumerate(table.to_numpy()):
        words = f"{value:.1f}".replace("0.", ".").replace("-.0", ".0").replace("-", "−")
        axes.text(across, down, words, ha="center", va="center", fontsize=5.5,
                  color="white" if abs(value) > 0.6 else BLACK)  # fmt: skip
    axes.set_xlabel("family")
    title(axes, "c", "rank correlation within a family")


def _inside(axes, table: pd.DataFrame) -> None:
    names = prediction.families(table)
    for model, color, marker, shift in ((PRIMARY, BLUE, "o", -0.15), (prediction.WHETHER, VERMILION, "s", 0.15)):
        bands = prediction.intervals(table, MODELS[model])["inside"].groupby(level=0, sort=False).mean()
        axes.plot(bands[names], np.arange(len(names)) + shift, marker, color=color, markersize=5, label=NAMES[model])
    axes.axvline(prediction.SHARE, color=BLACK, linestyle=":", linewidth=0.9)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.6)
    axes.set_xlim(right=1.03)
    axes.set_xlabel("share inside the 90 % intervals")
    axes.legend(loc="upper center", bbox_to_anchor=(0.45, -0.16), ncols=2)
    title(axes, "d", "are the intervals honest?")
