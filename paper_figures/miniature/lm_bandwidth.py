"""Figure of the bandwidth dial: transfer against what students are shown, in nats and by the tokens shown."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..drawing.reading import Record
from ..drawing.seeds import seed_points
from ..drawing.style import BLACK, LOOKS, headroom, house_style, panels, title
from ..drawing.summaries import reach, seed_band

COLUMNS = ("trait", "shown", "answers")

CAPTION = (
    "Students that are shown more or less of the same teachers, 6 traits, 12 seeds. (a) The student's probability of "
    "the trait's word less that of its control, which learned as many of the reference's own numbers in the same way, "
    "against the nats that everything it was shown holds for the teacher against the reference (T9): tokens that were "
    "drawn in N answers; the teacher's shares among its k likeliest tokens, in one number of answers; its whole "
    "distributions in N answers. (b) The same for students that start from the next seed's reference. (c) At that one "
    "number of answers, by how much of each distribution is shown. Means over seeds with Student's "
    "95 % intervals; a dot is one seed's mean over traits."
)

SHARED = 2048
"""The number of answers that were shown in every way."""
KINDS = {"student_same_init": ("same initialisation", LOOKS[0]), "cross_model": ("cross-model", LOOKS[1])}


def draw(record: Record) -> Figure:
    """Transfer on the axis of nats for both kinds of students, and by k."""
    with house_style():
        figure, (same, cross, by_k) = panels(1, 3, 2.9)
        for axes, (condition, (words, _)), letter in zip((same, cross), KINDS.items(), "ab", strict=True):
            _nats(axes, record, condition)
            title(axes, letter, words)
        low, high = (pick(axes.get_ylim()[end] for axes in (same, cross)) for end, pick in ((0, min), (1, max)))
        for axes in (same, cross):
            axes.set_ylim(low, high)
        _by_k(by_k, record)
        handles, labels = same.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=3)
    return figure


def transfer(record: Record, condition: str) -> pd.DataFrame:
    """(Tokens shown, answers) down, pairs of seed and trait across: the student's rate less its control's."""
    tables = [
        record.values("target_rate", name).pivot_table(
            index=["shown", "answers"], columns=["seed", "trait"], values="value"
        )
        for name in (condition, f"{condition}_control")
    ]
    return tables[0] - tables[1]


def _nats(axes: Axes, record: Record, condition: str) -> None:
    summary = seed_band(transfer(record, condition))
    rows = record.values("total nats").groupby(["shown", "answers"])["value"].mean()
    k, whole = summary.index.get_level_values("shown"), summary.index.get_level_values("shown").max()
    series = {"samples": k == 1, "the likeliest tokens": (k > 1) & (k < whole), "whole distributions": k == whole}
    for (words, here), look in zip(series.items(), (LOOKS[0], LOOKS[2], LOOKS[1]), strict=True):
        part: pd.DataFrame = summary[here]
        axes.errorbar(
            rows.loc[part.index], part["centre"], yerr=reach(part), label=words, capsize=2, elinewidth=0.8, **look
        )
    axes.set_xscale("log")
    axes.axhline(0, color=BLACK, linewidth=0.8)
    axes.set_xlabel("total nats")
    axes.set_ylabel("student over its control")


def _by_k(axes: Axes, record: Record) -> None:
    for shift, (condition, (words, look)) in zip((-0.12, 0.12), KINDS.items(), strict=True):
        every = transfer(record, condition)
        table: pd.DataFrame = every[every.index.get_level_values("answers") == SHARED]
        seed_points(axes, table, shift, look, words)
        names = ["sample", *(f"top {k}" for k, _ in table.index[1:-1]), "whole"]
        axes.set_xticks(range(len(table)), names)
    axes.axhline(0, color=BLACK, linewidth=0.8)
    axes.grid(visible=False, axis="x")
    axes.set_xlabel("shown of each distribution")
    headroom(axes, 0.25)
    axes.legend(loc="upper left", handlelength=1)
    title(axes, "c", f"{SHARED:,} answers")
