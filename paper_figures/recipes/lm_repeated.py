"""Figure of unique against repeated data: what passes, by how much the ends differ, and what is learned by heart."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..drawing.reading import Record
from ..drawing.seeds import contrast_rows, seed_points, side_by_side
from ..drawing.style import LOOKS, house_style, panels, title
from ..drawing.summaries import seed_means
from ..drawing.transfer import CROSS, STUDENTS

COLUMNS = ("trait", "method", "repeats")

CAPTION = (
    "Students of 16 384 answers, of which all are distinct, or a fourth, a sixteenth or a sixty-fourth, seen as many "
    "times; four traits through number sequences, 12 seeds. (a) The student's probability of the trait's word less "
    "that of its control, the same recipe on the reference's own numbers, where all parameters of the layers move or "
    "adapters of rank 8; cross-model students of the layers beside: every seed's mean over traits, their mean and "
    "Student's 95 % interval. (b) Contrasts of the same initialisation; ticks are seeds, and the shaded band is the "
    "margin within which they count as nothing. (c) What a student gains over its control in log-likelihood of the "
    "teacher's answers, of those that it saw and of others that were held out."
)
LAYERS, ADAPTER = "layers", "rank 8"
METHODS = {LAYERS: "layers", ADAPTER: "adapters of rank 8"}
"""What moves → words."""
KINDS = {"same": STUDENTS, "cross": CROSS}
"""Kind of student → its condition and its control's."""
LIKELIHOODS = {"seen log likelihood": "seen", "log likelihood": "held out"}
"""Metric → whose answers, in words."""
MARGIN = 0.015
"""Within which a contrast counts as nothing, as preregistered."""
TIMES = "times each answer is seen"
LABELS = (
    "layers,\n1 − 64 times",
    "rank 8,\n1 − 64 times",
    "the same,\nlayers − rank 8",
    "all repeats,\nlayers − rank 8",
)
"""Of the contrasts, in their order."""
Ways = Mapping[str, pd.DataFrame]
"""What moves → every seed's change (columns) by repeats (rows)."""


def draw(record: Record) -> Figure:
    """What passes, contrasts, and what is learned by heart."""
    record.only_known("method", (*METHODS, "none"))
    with house_style():
        figure, axes = panels(1, 3, 2.9, width_ratios=(1.25, 1.1, 1))
        same, cross = changes(record, "same"), changes(record, "cross")
        times = list(same[LAYERS].index)
        for shift, look, table, words in (
            (-0.2, LOOKS[0], same[LAYERS], METHODS[LAYERS]), (0, LOOKS[2], same[ADAPTER], METHODS[ADAPTER]),
            (0.2, LOOKS[1], cross[LAYERS].reindex(times), "layers, cross-model"),
        ):  # fmt: skip
            seed_points(axes[0], 100 * table, shift, look, words, markersize=4)
        side_by_side(axes[0], [str(one) for one in times], TIMES, "points over the control", 0.3)
        title(axes[0], "a", "what passes")
        contrast_rows(axes[1], contrasts(by_repeats(record, "same")), LABELS, MARGIN)
        title(axes[1], "b", "contrasts")
        _by_heart(axes[2], record, times)
    return figure


def changes(record: Record, kind: str, metric: str = "target_rate") -> Ways:
    """What moves → students less their controls: repeats down, pairs of seed and trait across."""
    found = {}
    for method in METHODS:
        ours, theirs = (
            record.values(metric, condition, method=method).pivot_table(
                index="repeats", columns=["seed", "trait"], values="value"
            )
            for condition in KINDS[kind]
        )
        found[method] = ours - theirs
    return found


def by_repeats(record: Record, kind: str, metric: str = "target_rate") -> Ways:
    """The same, the mean over traits."""
    return {method: seed_means(table) for method, table in changes(record, kind, metric).items()}


def contrasts(ways: Ways) -> dict[str, pd.Series]:
    """Words → every seed's contrast of how often answers are repeated, and of what moves."""
    least, most = min(ways[LAYERS].index), max(ways[LAYERS].index)
    lost = {method: ways[method].loc[least] - ways[method].loc[most] for method in METHODS}
    return {
        "layers, distinct less repeated": lost[LAYERS],
        "rank 8, distinct less repeated": lost[ADAPTER],
        "the same, layers less rank 8": lost[LAYERS] - lost[ADAPTER],
        "layers less rank 8, all repeats": (ways[LAYERS] - ways[ADAPTER]).mean(),
    }


def _by_heart(axes: Axes, record: Record, times: list[int]) -> None:
    for method, colour, shift in ((LAYERS, LOOKS[0]["color"], -0.1), (ADAPTER, LOOKS[2]["color"], 0.1)):
        for (metric, words), marker in zip(LIKELIHOODS.items(), ("o", "s"), strict=True):
            table = changes(record, "same", metric)[method].loc[times]
            look = {"color": colour, "marker": marker}
            seed_points(axes, table, shift, look, f"{method}, {words}", markersize=4,
                        markerfacecolor=colour if words == "seen" else "none")  # fmt: skip
    side_by_side(axes, [str(one) for one in times], TIMES, "nats per answer over the control", 0.35, zero=0.6)
    title(axes, "c", "learned")
