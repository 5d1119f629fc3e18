"""Figure of detection: how well single answers tell their writer, and what filters of growing severity leave."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..drawing.reading import Record
from ..drawing.style import BLACK, BLUE, GREEN, GREY, VERMILION, house_style, panels, title
from ..drawing.summaries import normal_cdf, reach, seed_band

COLUMNS = ("trait", "dropped")

CAPTION = (
    "Detection and filtering of favourite animals and trees in number sequences, 4 traits, 12 seeds. (a) Accuracy in "
    "telling a teacher's kept numbers from the reference's own, single answers, on requests that no judge was fitted "
    "on, against the nats that an answer holds, for every trait and seed: a classifier trained on words and pairs of "
    "words; the score, which knows the reference and the teacher's direction; the likelihood ratio, which none can "
    "beat; what the nats predict of it. At 0 a second set of the reference's numbers is in the teacher's place; one "
    "half is chance. (b) A teacher's numbers without the share that a judge is surest of, against the reference's own "
    "under the same rule: difference of the mean scores, and, hollow and dotted, the variance that predicts it (T10); "
    "means. (c) The student's probability of the trait's word less that of the control's student, from equally many "
    "answers at every severity: means over seeds with Student's 95 % intervals."
)

JUDGES: dict[str, dict[str, Any]] = {
    "classifier": {"color": BLUE, "marker": "o", "label": "trained classifier"},
    "score": {"color": GREEN, "marker": "^", "label": "score"},
    "likelihood ratio": {"color": VERMILION, "marker": "s", "label": "likelihood ratio"},
}
RULES = ("classifier", "score", "likelihood ratio")
KINDS = ("realised", "predicted")


def draw(record: Record) -> Figure:
    """Accuracies against the nats, then the gap and the students."""
    with house_style():
        figure, (accuracy, gap, students) = panels(1, 3, 2.9)
        _accuracy(accuracy, record)
        _gap(gap, record)
        _students(students, record)
        handles, labels = accuracy.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=4, handlelength=1.2)
    return figure


def transfer(record: Record, rule: str) -> pd.DataFrame:
    """Severities down, pairs of seed and trait across: the student's rate less its control's."""
    tables = [
        record.values("target_rate", f"{who}'s numbers, {rule}").pivot_table(
            index="dropped", columns=["seed", "trait"], values="value"
        )
        for who in ("teacher", "control")
    ]
    return tables[0] - tables[1]


def _accuracy(axes: Axes, record: Record) -> None:
    keys = ["seed", "trait"]
    nats = record.values("nats per answer", "predicted").set_index(keys)["value"]
    for name, look in JUDGES.items():
        right = record.values("accuracy", name).set_index(keys)["value"]
        x = nats.reindex(right.index).fillna(0)  # there is no teacher where nothing is to be seen
        axes.plot(x, right, linestyle="none", markerfacecolor="none", markersize=3.5, **look)
    x = np.linspace(0, nats.max() * 1.05, 200)
    axes.plot(x, normal_cdf(np.sqrt(x / 2)), color=BLACK, linewidth=0.9, label="predicted of the nats")
    axes.axhline(0.5, color=GREY, linestyle=":")
    axes.set_xlabel("nats per answer")
    axes.set_ylabel("accuracy, single answers")
    title(axes, "a", "whose numbers are these?")


def _gap(axes: Axes, record: Record) -> None:
    for rule in RULES:
        look = JUDGES[rule]
        realised, predicted = (record.table(f"{kind} gap", "dropped", rule).mean(axis=1) for kind in KINDS)
        axes.set_xticks(realised.index)
        axes.plot(realised.index, realised, color=look["color"], marker=look["marker"])
        axes.plot(
            predicted.index, predicted, color=look["color"], linestyle=":", marker=look["marker"],
            markerfacecolor="none",
        )  # fmt: skip
    axes.set_ylim(bottom=0)
    axes.set_xlabel("share dropped")
    axes.set_ylabel("gap of the scores")
    title(axes, "b", "before training")


def _students(axes: Axes, record: Record) -> None:
    for shift, rule in zip((-0.012, 0.0, 0.012), RULES, strict=True):
        look = JUDGES[rule]
        summary = seed_band(transfer(record, rule))
        axes.set_xticks(summary.index)
        axes.errorbar(
            summary.index + shift, summary["centre"], yerr=reach(summary), color=look["color"], marker=look["marker"],
            capsize=2, elinewidth=0.9,
        )  # fmt: skip
    axes.axhline(0, color=BLACK, linewidth=0.8)
    axes.set_xlabel("share dropped")
    axes.set_ylabel("student over its control")
    title(axes, "c", "after training")
