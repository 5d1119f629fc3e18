"""Mixed teachers: the audit of every mixture beside its sources', and what students of part of the answers take on."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..drawing.favourites import dots
from ..drawing.reading import Record
from ..drawing.style import BLACK, GREY, LOOKS, house_style, panels, seed_lines, title
from ..drawing.summaries import seed_means

COLUMNS = ("trait", "share", "rest")

CAPTION = (
    "Number sequences mixed of several writers', four traits, 12 seeds. (a) Audit score of every mixture, measured on "
    "it, beside the one predicted from the pure data sets; the line is equality. (b) Change of the student's "
    "probability of the trait's word by the teacher's share of the answers, the rest being the reference's own, "
    "against the student of the latter alone; dotted: the share times the whole change. (c) The same for students of "
    "the same initialisation in parts of its value at share one, beside the audit and the student's displacement "
    "along the teacher's; the line is the share. (d) Half of the answers the teacher's: the change by whose the other "
    "half is. In (b) thick lines are means over seeds, thin ones every seed's mean over traits; (c) has ratios of "
    "means over seeds, without intervals; (d) every seed's mean over traits, their mean and Student's 95 % interval."
)
SAME, CROSS = "student_same_init", "cross_model"
WORDS = {SAME: "same init", CROSS: "cross-model"}
HALVES = {
    "reference": "refer-\nence",
    "another trait": "another\ntrait",
    "other reference": "other\nref.",
    "other teacher": "other\nteacher",
}
"""Whose the other half is → words."""
QUANTITIES = {"audit score": "audit", "displacement along v": "student along v", "target_rate": "probability"}
ASIDE = (-0.28, 0.26)
"""Where the two students' dots stand beside their place; places are 1.4 apart."""


def draw(record: Record) -> Figure:
    """Four panels: the audit, the change by share, parts of a whole, and halves."""
    record.only_known("rest", (*HALVES, *record.words("trait"), "none"))
    with house_style():
        figure, axes = panels(2, 2, 5.2)
        _audits(axes[0], record)
        _by_share(axes[1], record)
        _parts(axes[2], record)
        _halves(axes[3], record)
    return figure


def values(record: Record, metric: str, condition: str) -> pd.DataFrame:
    """One metric: (seed, trait) down, (share, rest) across; the two partners of a trait are one, ``another trait``."""
    rows = record.values(metric, condition).copy()
    traits = set(rows["trait"])
    rows["rest"] = ["another trait" if rest in traits else rest for rest in rows["rest"]]
    return rows.pivot_table(index=["seed", "trait"], columns=["share", "rest"], values="value")


def dilution(table: pd.DataFrame) -> pd.DataFrame:
    """Shares down, (seed, trait) across, for mixtures with the reference's own answers, less those of share nought."""
    shares = sorted({share for share, rest in table.columns.to_list() if rest == "reference"})
    one = pd.DataFrame({share: table[share, "reference"] for share in shares})
    return one.sub(one[0.0], axis=0).T


def halves(table: pd.DataFrame) -> dict[str, pd.Series]:
    """Whose the other half is → the change that the teacher's half makes beside the same other half.

    Beside another trait's teacher there is no data set of that half and the reference's own; in its place stands the
    mean of the reference's own answers alone and that teacher's alone.
    """
    found = {rest: table[0.5, rest] - table[0.0, rest] for rest in ("other reference", "other teacher")}
    found["reference"] = table[0.5, "reference"] - table[0.0, "reference"]
    without = (table[0.0, "another trait"] + table[0.0, "reference"]) / 2
    found["another trait"] = table[0.5, "another trait"] - without
    return {rest: found[rest] for rest in HALVES}


def _audits(axes: Axes, record: Record) -> None:
    ends = []
    for condition, look in zip(WORDS, LOOKS, strict=False):
        predicted, measured = (
            values(record, metric, condition).to_numpy().ravel() for metric in ("predicted audit score", "audit score")
        )
        ends += [np.nanmin(predicted), np.nanmax(predicted)]
        axes.plot(
            predicted, measured, linestyle="none", color=look["color"], marker=look["marker"], markersize=3,
            markerfacecolor="none", markeredgewidth=0.6, label=WORDS[condition],
        )  # fmt: skip
    axes.plot([min(ends), max(ends)], [min(ends), max(ends)], color=GREY, linestyle="--", linewidth=0.8)
    axes.set_xlabel("predicted from pure data sets")
    axes.set_ylabel("audit score of the mixture")
    axes.legend(loc="upper left", handlelength=1)
    title(axes, "a", "every mixture's audit")


def _by_share(axes: Axes, record: Record) -> None:
    for condition, look in zip(WORDS, LOOKS, strict=False):
        change = seed_means(dilution(values(record, "target_rate", condition)))
        seed_lines(axes, change, look, WORDS[condition])
        whole = change.mean(axis=1).iloc[-1]
        axes.plot([0, 1], [0, whole], color=look["color"], linestyle=":", linewidth=0.9)
    axes.axhline(0, color=BLACK, linewidth=0.8)
    axes.set_xlabel("the teacher's share of the answers")
    axes.set_ylabel("change of probability")
    axes.legend(loc="upper left")
    title(axes, "b", "diluted by the reference's own")


def _parts(axes: Axes, record: Record) -> None:
    for aside, ((metric, words), look) in enumerate(zip(QUANTITIES.items(), LOOKS, strict=False), -1):
        mean = seed_means(dilution(values(record, metric, SAME))).mean(axis=1)
        axes.plot(
            mean.index + 0.012 * aside, mean / mean.iloc[-1], color=look["color"], marker=look["marker"],
            markersize=3.5, linestyle="none", label=words,
        )  # fmt: skip
    share = np.linspace(0, 1, 50)
    axes.plot(share, share, color=GREY, linestyle="--", linewidth=0.8, label="share")
    axes.set_xlabel("the teacher's share of the answers")
    axes.set_ylabel("part of the value at share 1")
    axes.legend(loc="upper left", handlelength=1.4)
    title(axes, "c", "parts of the whole")


def _halves(axes: Axes, record: Record) -> None:
    for aside, (condition, look) in zip(ASIDE, zip(WORDS, LOOKS, strict=False), strict=False):
        for place, change in enumerate(halves(values(record, "target_rate", condition)).values()):
            dots(axes, 1.4 * place + aside, change, look, WORDS[condition] if not place else None)
    axes.axhline(0, color=BLACK, linewidth=0.8)
    axes.set_xticks(1.4 * np.arange(len(HALVES)), list(HALVES.values()))
    axes.set_xlim(-0.7, 1.4 * len(HALVES) - 0.65)
    axes.grid(visible=False, axis="x")
    axes.set_xlabel("whose the other half is")
    axes.set_ylabel("change of probability")
    axes.set_ylim(top=1.35 * axes.get_ylim()[1])  # above the highest interval there is room for the legend
    axes.legend(loc="upper right", handlelength=1)
    title(axes, "d", "what the teacher's half adds")
