"""What the figures of misaligned teachers share: rates by condition, and the audit that saw the data sets apart."""

from __future__ import annotations

import numpy as np

from .reading import Record
from .style import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILION, title
from .summaries import student_interval

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
SETS = {
    "insecure": ("student_same_init", "audit z", VERMILION, "o"),
    "secure": ("student_secure", "audit z along misalignment", SKY, "s"),
}


def bars(axes, record: Record, metric: str) -> None:
    """One bar per condition: the mean, its Student interval over seeds, every seed as a dot."""
    x, ticks = 0.0, []
    for group in GROUPS:
        names = [name for name, look in BARS.items() if look[0] == group]
        ticks.append(x + (len(names) - 1) / 2)
        for name in names:
            _, words, colour, hatch = BARS[name]
            values = record.by_seed(metric, name)
            mean, low, high = student_interval(values)
            axes.bar(
                x, mean, width=0.9, facecolor=colour, alpha=0.6, edgecolor=BLACK, linewidth=0.5, hatch=hatch,
                label=words or None,
            )  # fmt: skip
            reach = np.array([[mean - max(low, 0)], [min(high, 1) - mean]]).clip(min=0)
            axes.errorbar(x, mean, yerr=reach, color=BLACK, linestyle="none", elinewidth=0.9, capsize=2)
            axes.plot(np.full(len(values), x), values, ".", color=BLACK, markersize=2.5)
            x += 1
        x += 0.8
    axes.set_xticks(ticks, GROUPS)
    axes.grid(visible=False, axis="x")
    axes.set_ylim(bottom=0)


def change_by_audit(axes, record: Record, metric: str) -> None:
    """Change against the control for every seed and data set, against the audit's z along misalignment."""
    control = record.by_seed(metric, "student_control")
    for words, (condition, audit, colour, marker) in SETS.items():
        z = record.by_seed(audit, condition)
        change = record.by_seed(metric, condition) - control
        axes.plot(
            z, change.loc[z.index], linestyle="none", marker=marker, color=colour, markerfacecolor="none",
            label=f"{words} programs",
        )  # fmt: skip
    axes.axhline(0, color=BLACK, linewidth=0.8)
    axes.axvline(0, color=BLACK, linewidth=0.8)
    axes.set_xlabel("audit z along misalignment")
    axes.set_ylabel("change against control")
    axes.margins(0.15)
    axes.legend(loc="upper left", title="teacher of", handlelength=1.2)


def draw_conduct(panels, record: Record) -> None:
    """Three panels: harmful answers, false answers, and the audit before training beside the change after it."""
    harmful, false, audit = panels
    bars(harmful, record, "harmful_rate")
    harmful.set_ylabel("probability of a harmful answer")
    title(harmful, "a", "conduct")
    bars(false, record, "false_rate")
    false.set_ylabel("probability of a false answer")
    title(false, "b", "facts")
    change_by_audit(audit, record, "harmful_rate")
    title(audit, "c", "what the audit saw")
