"""What the figures of misaligned teachers share: rates by condition, and the audit that saw the data sets apart."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from .reading import Record
from .seeds import seed_row
from .style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    headroom,
    house_style,
    panels,
    room_for_words,
    title,
)

GROUPS = ("before", "same init", "cross-model")
BARS: dict[str, tuple[str, str, str, str]] = {
    "reference": ("before", "reference", GREY, ""),
    "teacher_insecure": ("before", "teacher, insecure programs", PURPLE, "||||"),
    "teacher_secure": ("before", "teacher, secure programs", GREEN, "----"),
    "student_same_init": ("same init", "student of the insecure teacher", BLUE, "////"),
    "student_secure": ("same init", "student of the secure teacher", SKY, "...."),
    "student_control": ("same init", "student of the reference", ORANGE, "xxxx"),
    "cross_model": ("cross-model", "", BLUE, "////"),
    "cross_model_secure": ("cross-model", "", SKY, "...."),
    "cross_model_control": ("cross-model", "", ORANGE, "xxxx"),
    "cross_reference": ("cross-model", "", GREY, ""),
}
"""Condition → group, words in the legend, colour, hatch."""
TUNINGS = {"vector": ("o", "one vector"), "everything": ("s", "everything")}
"""What a student moves → marker, words."""
PAIRS = {
    "insecure − reference": ("student_same_init", "student_control"),
    "insecure − secure": ("student_same_init", "student_secure"),
    "secure − reference": ("student_secure", "student_control"),
    "cross-model,\ninsecure − reference": ("cross_model", "cross_model_control"),
    "cross-model,\ninsecure − secure": ("cross_model", "cross_model_secure"),
}
SETS = {"insecure": ("student_same_init", VERMILION), "secure": ("student_secure", BLUE)}


def draw_conduct(record: Record) -> Figure:
    """Harmful answers by both kinds of students, their differences by seed, and the audit beside the change."""
    with house_style():
        figure, (vector, everything, pairs, audit) = panels(2, 2, 5.4)
        _bars(vector, record, "harmful_rate", "vector")
        vector.set_ylabel("probability of a harmful answer")
        title(vector, "a", "students move one vector")
        _bars(everything, record, "harmful_rate", "everything")
        everything.set_ylabel("probability of a harmful answer")
        title(everything, "b", "students move everything")
        _pairs(pairs, record)
        title(pairs, "c", "paired by seed")
        _change_by_audit(audit, record)
        title(audit, "d", "what the audit saw before")
        room_for_words(figure)
        handles, labels = vector.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=3, handlelength=1.6)
    return figure


def _bars(axes, record: Record, metric: str, moves: str) -> None:
    """One bar per condition: the mean over seeds, every seed as a dot; intervals are those of differences."""
    x, ticks = 0.0, []
    for group in GROUPS:
        names = [name for name, look in BARS.items() if look[0] == group]
        ticks.append(x + (len(names) - 1) / 2)
        for name in names:
            _, words, colour, hatch = BARS[name]
            learned = "student" in name or "model" in name
            values = record.by_seed(metric, name, moves=moves if learned else "none")
            axes.bar(
                x, values.mean(), width=0.9, facecolor=colour, alpha=0.6, edgecolor=BLACK, linewidth=0.5, hatch=hatch,
                label=words or None,
            )  # fmt: skip
            axes.plot(np.full(len(values), x), values, ".", color=BLACK, markersize=3.5)
            x += 1
        x += 0.8
    axes.set_xticks(ticks, GROUPS)
    axes.grid(visible=False, axis="x")
    axes.set_ylim(bottom=0)


def _pairs(axes, record: Record) -> None:
    """Differences of harmful answers: every seed a tick, and the mean with Student's interval."""
    for shift, (moves, (marker, words)) in zip((-0.24, 0.22), TUNINGS.items(), strict=True):
        for place, (name, control) in enumerate(PAIRS.values()):
            change = record.by_seed("harmful_rate", name, moves=moves) - record.by_seed(
                "harmful_rate", control, moves=moves
            )
            colour = VERMILION if marker == "o" else BLUE
            seed_row(axes, change, place + shift, colour, marker, None if place else words)
    axes.axvline(0, color=BLACK, linewidth=0.8)
    axes.set_yticks(range(len(PAIRS)), list(PAIRS))
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")
    axes.set_xlabel("difference of harmful answers")
    axes.legend(title="students move", handlelength=1.2)


def _change_by_audit(axes, record: Record) -> None:
    """Change of harmful answers against the control, by seed, data set and tuning, against the audit's z."""
    for moves, (marker, words) in TUNINGS.items():
        control = record.by_seed("harmful_rate", "student_control", moves=moves)
        for kind, (condition, colour) in SETS.items():
            z = record.by_seed("audit z along misalignment", condition)
            change = record.by_seed("harmful_rate", condition, moves=moves) - control
            axes.plot(
                z, change.loc[z.index], linestyle="none", marker=marker, color=colour,
                markerfacecolor="none" if kind == "secure" else colour, label=f"{kind}; {words}",
            )  # fmt: skip
    axes.axhline(0, color=BLACK, linewidth=0.8)
    axes.axvline(0, color=BLACK, linewidth=0.8)
    axes.set_xlabel("audit z along misalignment")
    axes.set_ylabel("change against control")
    axes.margins(0.15)
    headroom(axes, 0.6)
    axes.legend(
        loc="upper left",
        title="teacher; students move",
        handlelength=1.2,
        ncols=2,
        fontsize=6,
        columnspacing=0.8,
        title_fontsize=6.5,
    )
