"""Figure of detection: how well single answers tell their writer, and what filters of growing severity leave."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .reading import Record
from .style import BLACK, BLUE, GREEN, GREY, VERMILION, house_style, panels, room_for_words, title
from .summaries import mean_band, student_interval

COLUMNS = ("trait", "dropped")

CAPTION = (
    "Detection and filtering of favourite animals and trees in number sequences, 3 seeds. (a) Accuracy in telling a "
    "teacher's kept numbers from the reference's own, single answers, on requests that no judge was fitted on: a "
    "classifier trained on words and pairs of words; the score, which knows the reference and the teacher's direction; "
    "the likelihood ratio, which none can beat; and what the nats per answer predict of it. 'Nothing' has a second set "
    "of the reference's numbers in the teacher's place; one half is chance. Means and Student's 95 % intervals over "
    "seeds. (b) A teacher's numbers without the share that a judge is surest of, against the reference's own under the "
    "same rule: difference of the mean scores, and, hollow and dotted, the variance that predicts it (T10). (c) The "
    "student's probability of the trait's word less that of the control's student, from equally many answers at every "
    "severity. Means over traits and seeds; in (c) with 95 % bootstrap intervals."
)

JUDGES = {
    "classifier": {"color": BLUE, "marker": "o", "label": "trained classifier"},
    "score": {"color": GREEN, "marker": "^", "label": "score"},
    "likelihood ratio": {"color": VERMILION, "marker": "s", "label": "likelihood ratio"},
    "predicted": {"color": BLACK, "marker": "x", "label": "predicted of the nats"},
}
RULES = ("classifier", "score", "likelihood ratio")
KINDS = ("realised", "predicted")


def draw(record: Record) -> Figure:
    """Accuracies above each other, then the gap and the students."""
    with house_style():
        figure, (accuracy, gap, students) = panels(1, 3, 3.2, width_ratios=(1.15, 1, 1))
        _accuracy(accuracy, record)
        _gap(gap, record)
        _students(students, record)
        room_for_words(figure)
        handles, labels = accuracy.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=len(JUDGES), handlelength=1.2)
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
    rows = record.values("accuracy")
    traits = [*(trait for trait in dict.fromkeys(rows["trait"]) if trait != "nothing"), "nothing"]
    for shift, (name, look) in zip(np.linspace(-0.27, 0.27, len(JUDGES)), JUDGES.items(), strict=True):
        named = False
        for place, trait in enumerate(traits):
            found = rows.loc[(rows["condition"] == name) & (rows["trait"] == trait), "value"]
            if found.empty:
                continue
            mean, low, high = student_interval(found)
            axes.errorbar(
                mean, place + shift, xerr=[[mean - low], [high - mean]], linestyle="none", capsize=2, elinewidth=0.9,
                **{**look, "label": None if named else look["label"]},
            )  # fmt: skip
            named = True
    axes.axvline(0.5, color=GREY, linestyle=":")
    axes.set_yticks(range(len(traits)), traits)
    axes.set_ylim(len(traits) - 0.5, -0.5)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel("accuracy, single answers")
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
        summary = mean_band(transfer(record, rule))
        axes.set_xticks(summary.index)
        reach = np.stack([summary["centre"] - summary["low"], summary["high"] - summary["centre"]]).clip(min=0)
        axes.errorbar(
            summary.index + shift, summary["centre"], yerr=reach, color=look["color"], marker=look["marker"],
            capsize=2, elinewidth=0.9,
        )  # fmt: skip
    axes.axhline(0, color=BLACK, linewidth=0.8)
    axes.set_xlabel("share dropped")
    axes.set_ylabel("student over its control")
    title(axes, "c", "after training")
