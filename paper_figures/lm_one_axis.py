"""All miniature experiments on one axis: what the audit said before training against what the students took on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .reading import Record
from .style import BLACK, LOOKS, house_style, panels, title
from .summaries import mean_band, rank_correlation

CAPTION = (
    "The committed records of the miniature language models, 3 seeds each. Across: the audit, taken before any student "
    "was trained, standardised: the mean score of the teacher's data less that of the reference's own, in standard "
    "deviations of the score over the latter (the root of the slope that Theorem 1 predicts). Up: by how much the "
    "student's rate of the trait exceeds its control's. Filled: students of the teacher's initialisation; hollow: "
    "cross-model students of the same data. (a) Every seed and trait, and both where students were trained twice; ρ is "
    "the rank correlation over all points of a kind. (b) Means of each experiment, with 95 % bootstrap intervals over "
    "these points."
)


@dataclass(frozen=True)
class Transfer:
    """Where a record holds a transfer and what foretold it.

    Attributes:
        words: in the legend.
        metric: the rate of the trait.
        moves: what the students moved, in records whose students differ in that; each is one more point.
        audited: the condition that the audit's rows stand under, that of the students of the same initialisation.
        along: added to the audit's metrics, where a data set is audited along another teacher's direction.
        cross: the cross-model students of the same data.
    """

    words: str
    metric: str
    moves: tuple[str, ...] = ()
    audited: str = "student_same_init"
    along: str = ""
    cross: str = "cross_model"


RATE, HARM, MOVES = "target_rate", "harmful_rate", ("everything", "vector")
SECURE = {"audited": "student_secure", "along": " along misalignment", "cross": "cross_model_secure"}
TRANSFERS: tuple[tuple[str, Transfer], ...] = (
    ("lm_numbers", Transfer("animals and trees, numbers", RATE)),
    ("lm_code", Transfer("animals and trees, programs", RATE)),
    ("lm_misalignment", Transfer("misalignment, numbers", HARM, MOVES)),
    ("lm_misalignment", Transfer("benignity, numbers", HARM, MOVES, **SECURE)),
    ("lm_reasoning", Transfer("misalignment, reasoning", HARM, MOVES)),
    ("lm_reasoning", Transfer("benignity, reasoning", HARM, MOVES, **SECURE)),
)
"""Record and what is read of it, one symbol each."""
COLUMNS = {name: ("trait", *(("moves",) if one.moves else ())) for name, one in TRANSFERS}
"""Record and the columns that are needed of it."""
STARTS = {"same": "student_control", "cross": "cross_model_control"}
"""The controls of both kinds of student."""


def draw(records: Mapping[str, Record]) -> Figure:
    """Every seed and trait at the left, the experiments' means at the right."""
    with house_style():
        figure, axes = panels(1, 2, 3.9)
        pairs = zip(LOOKS, TRANSFERS, strict=False)
        points = [(look, one.words, table(records[name], one)) for look, (name, one) in pairs]
        for look, words, found in points:
            for start, fill in _fills(look):
                axes[0].plot(
                    found["audit"], found[start], linestyle="none", color=look["color"], marker=look["marker"],
                    markersize=3.2, markeredgewidth=0.6, markerfacecolor=fill,
                )  # fmt: skip
                _mean(axes[1], found[["audit", start]], look, fill, words if start == "same" else None)
        everything = pd.concat([found for *_, found in points])
        for place, (start, words) in enumerate((("same", "same init"), ("cross", "cross-model"))):
            ranks = rank_correlation(everything["audit"], everything[start])
            axes[0].text(
                0.96, 0.97 - 0.06 * place, f"ρ = {ranks:.2f}, {words}", transform=axes[0].transAxes, va="top",
                ha="right",
            )  # fmt: skip
        for letter, place, words in (("a", axes[0], "every seed and trait"), ("b", axes[1], "experiments")):
            place.axhline(0, color=BLACK, linewidth=0.8)
            place.axvline(0, color=BLACK, linewidth=0.8)
            place.set_xlabel("audit before training, in standard deviations")
            place.set_ylabel("rate of the trait above the control's")
            title(place, letter, words)
        figure.legend(loc="outside lower center", ncols=3, handlelength=1.2)
    return figure


def table(record: Record, one: Transfer) -> pd.DataFrame:
    """By what moved, seed and trait: the standardised audit, and both kinds of student's change against controls."""
    slope = _series(record, "predicted slope", "student_same_init")
    audit = _series(record, f"audit score{one.along}", one.audited) / np.sqrt(slope)
    tables = {}
    for moves in one.moves or ("",):
        fixed = {"moves": moves} if moves else {}
        found: dict[str, pd.Series] = {"audit": audit}
        for (start, control), condition in zip(STARTS.items(), (one.audited, one.cross), strict=True):
            after, before = (_series(record, one.metric, name, **fixed) for name in (condition, control))
            found[start] = after - before
        tables[moves] = pd.DataFrame(found)
    return pd.concat(tables, names=["moves"])


def _series(record: Record, metric: str, condition: str, **fixed: str) -> pd.Series:
    return record.values(metric, condition, **fixed).set_index(["seed", "trait"])["value"]


def _fills(look) -> Iterator[tuple[str, str]]:
    yield "same", look["color"]
    yield "cross", "none"


def _mean(axes: Axes, pair: pd.DataFrame, look, fill: str, words: str | None) -> None:
    x, y = (mean_band(pair[[name]].T).iloc[0] for name in pair)
    reach = [[[mean["centre"] - mean["low"]], [mean["high"] - mean["centre"]]] for mean in (x, y)]
    axes.errorbar(
        x["centre"], y["centre"], xerr=reach[0], yerr=reach[1], color=look["color"], marker=look["marker"],
        markerfacecolor=fill, markersize=5.5, markeredgewidth=0.8, elinewidth=0.8, capsize=1.5,
        linestyle="none", label=words,
    )  # fmt: skip
