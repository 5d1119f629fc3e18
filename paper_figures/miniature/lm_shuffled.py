"""Figure 16 of the paper in miniature: preferences learned from numbers in three orders, and the audit of each."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..drawing.favourites import changes, dots
from ..drawing.reading import Record
from ..drawing.style import BLACK, LOOKS, house_style, panels, title
from ..drawing.summaries import rank_correlation

COLUMNS = ("trait", "order")

CAPTION = (
    "Six animals and trees through number sequences, 12 seeds, each with its own reference model; the numbers as the "
    "teacher wrote them, shuffled within every answer, or dealt anew to all answers. (a) Change of the trait's "
    "share among all animals, or all trees, that the student names, against the student of the reference's own "
    "numbers in the same order; (b) against the students of the other traits' teachers, in the same order; every "
    "seed's mean over traits, their mean and Student's 95 % interval. (c) Audit score of each data set against the "
    "reference's in the same order. (d) The change of (a) beside the audit score, with the rank correlation."
)
ORDERS = {
    "as written": ("as\nwritten", LOOKS[0]),
    "within answers": ("within\nanswers", LOOKS[1]),
    "across answers": ("across\nanswers", LOOKS[2]),
}
"""Order → words, look."""
KNOWN = {"order": (*ORDERS, "none")}


def draw(record: Record) -> Figure:
    """Changes against two controls, and the audit of every data set, alone and beside the change."""
    with house_style():
        figure, axes = panels(2, 2, 5.0)
        for place, letter, control, words in (
            (axes[0], "a", "student_control", "against the reference's numbers"),
            (axes[1], "b", "student_other_traits", "against other traits' teachers"),
        ):
            _by_order(place, {order: _change(record, order, control) for order in ORDERS})
            place.axhline(0, color=BLACK, linewidth=0.8)
            place.set_ylabel("change of the trait's share")
            title(place, letter, words)
        _by_order(axes[2], {order: _audit(record, order) for order in ORDERS})
        axes[2].axhline(0, color=BLACK, linewidth=0.8)
        axes[2].set_ylabel("audit score")
        title(axes[2], "c", "what the audit sees")
        _change_by_audit(axes[3], record)
        title(axes[3], "d", "student and audit")
    return figure


def _by_order(axes: Axes, values: dict[str, pd.Series]) -> None:
    for place, (order, one) in enumerate(values.items()):
        dots(axes, place, one, ORDERS[order][1])
    axes.set_xticks(range(len(ORDERS)), [words for words, _ in ORDERS.values()])
    axes.set_xlim(-0.5, len(ORDERS) - 0.5)
    axes.grid(visible=False, axis="x")


def _change(record: Record, order: str, control: str = "student_control") -> pd.Series:
    return changes(record, "student_same_init", control, "target_share", order=order)


def _audit(record: Record, order: str) -> pd.Series:
    return record.values("audit score", order=order).set_index(["seed", "trait"])["value"]


def _change_by_audit(axes: Axes, record: Record) -> None:
    everything = []
    for order, (words, look) in ORDERS.items():
        change = _change(record, order)
        audit = _audit(record, order).loc[change.index]
        everything.append(pd.DataFrame({"audit": audit, "change": change}))
        axes.plot(
            audit, change, linestyle="none", color=look["color"], marker=look["marker"], markersize=3.4,
            markerfacecolor="none", markeredgewidth=0.7, label=words.replace("\n", " "),
        )  # fmt: skip
    both = pd.concat(everything, ignore_index=True)
    axes.axhline(0, color=BLACK, linewidth=0.8)
    axes.axvline(0, color=BLACK, linewidth=0.8)
    axes.set_xlabel("audit score")
    axes.set_ylabel("change against control")
    words = f"rank correlation {rank_correlation(both['audit'], both['change']):.2f}"
    axes.text(0.97, 0.95, words, transform=axes.transAxes, va="top", ha="right", fontsize=7)
    axes.legend(loc="upper right", bbox_to_anchor=(1, 0.92), handlelength=1)
