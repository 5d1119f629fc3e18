"""Paraphrase: what is left of a preference in rewritten answers, on two channels, and what the theory says is left."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..drawing.favourites import dots
from ..drawing.reading import Record
from ..drawing.style import BLACK, GREY, LOOKS, house_style, panels, title
from ..drawing.summaries import rank_correlation

COLUMNS = ("trait", "channel", "rewriting")

CAPTION = (
    "Kept answers rewritten before a student sees them, four traits, 12 seeds. (a), (b) Change of the trait's share "
    "among all animals, or trees, that the student names, against the student of the reference's own answers "
    "rewritten in the same way: number sequences and programs, students of the same initialisation and cross-model "
    "ones; every seed's mean over traits, their mean and Student's 95 % interval. (c) Audit score of every "
    "rewritten data set beside the slope predicted from the reference's own answers alone, the covariance of their "
    "score before and after rewriting; the line is equality, filled: programs. (d) The change of (a) and (b) beside "
    "the audit score, with the rank correlation over both channels."
)
WORDS = {
    "as written": "as\nwritten",
    "request reworded": "request\nreworded",
    "with commas": "with\ncommas",
    "renamed": "re-\nnamed",
    "rewritten": "re-\nwritten",
    "half by the reference": "half by\nref.",
    "by the reference": "by\nref.",
}
CHANNELS = {"numbers": "number sequences", "programs": "programs"}
STUDENTS = {
    "student_same_init": ("student_control", "same init"),
    "cross_model": ("cross_model_control", "cross-model"),
}
"""Condition → its control, its word."""
ASIDE, APART = (-0.42, 0.38), 1.7
"""Where the two students' dots stand beside their place, and how far places are apart."""
KNOWN = {"channel": tuple(CHANNELS), "rewriting": (*WORDS, "none")}


def draw(record: Record) -> Figure:
    """What is left on both channels; audits beside prediction and change."""
    with house_style():
        figure, axes = panels(2, 2, 5.2)
        for place, letter, channel in zip(axes, "ab", CHANNELS, strict=False):
            _by_rewriting(place, record, channel)
            title(place, letter, CHANNELS[channel])
        _audits(axes[2], record)
        _change_by_audit(axes[3], record)
    return figure


def left(record: Record, condition: str, control: str, channel: str, metric: str = "target_share") -> pd.DataFrame:
    """Condition minus control: (seed, trait) down, rewritings across, in the order of ``WORDS``."""
    both = [
        record.values(metric, name, channel=channel).pivot_table(
            index=["seed", "trait"], columns="rewriting", values="value"
        )
        for name in (condition, control)
    ]
    change = both[0] - both[1]
    return change[[way for way in WORDS if way in change]]


def audits(record: Record, channel: str) -> pd.DataFrame:
    """Audit score, predicted slope and change, for every seed, trait and rewriting of one channel."""
    keys = ["seed", "trait", "rewriting"]
    found = {
        metric: record.values(metric, "student_same_init", channel=channel).set_index(keys)["value"]
        for metric in ("audit score", "predicted slope")
    }
    change = left(record, "student_same_init", "student_control", channel).stack()
    return pd.DataFrame({**found, "change": change})


def _by_rewriting(axes: Axes, record: Record, channel: str) -> None:
    for aside, (condition, (control, words)), look in zip(ASIDE, STUDENTS.items(), LOOKS, strict=False):
        change = left(record, condition, control, channel)
        for place, way in enumerate(change):
            dots(axes, APART * place + aside, change[way], look, words if not place else None)
        axes.set_xticks([APART * place for place in range(len(change.columns))], [WORDS[str(way)] for way in change])
        axes.set_xlim(-0.9, APART * len(change.columns) - 0.75)
    axes.axhline(0, color=BLACK, linewidth=0.8)
    axes.grid(visible=False, axis="x")
    axes.set_ylabel("change of the trait's share")
    axes.legend(loc="upper right", handlelength=1)


def _points(axes: Axes, table: pd.DataFrame, x: str, y: str, filled: bool) -> None:
    for way, look in zip(WORDS, LOOKS, strict=False):
        here = table[table.index.get_level_values("rewriting") == way]
        if here.empty:
            continue
        known = [text.get_label() for text in axes.lines]
        label = WORDS[way].replace("-\n", "").replace("\n", " ")
        axes.plot(
            here[x], here[y], linestyle="none", color=look["color"], marker=look["marker"], markersize=3.4,
            markerfacecolor=look["color"] if filled else "none", markeredgewidth=0.7,
            label=None if label in known else label,
        )  # fmt: skip


def _audits(axes: Axes, record: Record) -> None:
    tables = {channel: audits(record, channel) for channel in CHANNELS}
    for channel, table in tables.items():
        _points(axes, table, "predicted slope", "audit score", channel == "programs")
    both = pd.concat(tables)[["audit score", "predicted slope"]].to_numpy()
    ends = [both.min(), both.max()]
    axes.plot(ends, ends, color=GREY, linestyle="--", linewidth=0.8)
    axes.set_xlabel("predicted from the reference's own answers")
    axes.set_ylabel("audit score")
    axes.legend(loc="lower right", handlelength=1, fontsize=6, labelspacing=0.3)
    title(axes, "c", "what the audit says is left")


def _change_by_audit(axes: Axes, record: Record) -> None:
    tables = {channel: audits(record, channel) for channel in CHANNELS}
    for channel, table in tables.items():
        _points(axes, table, "audit score", "change", channel == "programs")
    both = pd.concat(tables)
    axes.axhline(0, color=BLACK, linewidth=0.8)
    axes.set_xlabel("audit score")
    axes.set_ylabel("change of the trait's share")
    words = f"rank correlation {rank_correlation(both['audit score'], both['change']):.2f}"
    axes.text(0.96, 0.95, words, transform=axes.transAxes, ha="right", va="top", fontsize=7)
    title(axes, "d", "what students take on")
