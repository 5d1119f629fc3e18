"""Figure of detection: how well single answers tell their writer, and what filters of growing severity leave."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from .reading import Record
from .style import BLACK, BLUE, GREEN, GREY, LOOKS, VERMILION, house_style, panels, title
from .summaries import student_interval

COLUMNS = ("trait", "dropped")

CAPTION = (
    "Detection and filtering, 3 seeds; means and Student's 95 % intervals over seeds. (a) Accuracy in telling a "
    "teacher's kept numbers from the reference's own, single answers, on requests that no judge was fitted on: a "
    "classifier trained on words and pairs of words; the score s_v; the likelihood ratio, which none can beat; and "
    "what the nats per answer predict of it. 'Nothing' has a second set of the reference's numbers in the teacher's "
    "place; one half is chance. (b) The misaligned teacher's numbers without the share that a rule is surest of, "
    "against the reference's own under the same rule: difference of the mean scores, and the variance that predicts "
    "it (T10). (c) Harmful answers of students of the two, from equally many answers at every severity."
)

JUDGES = {
    "classifier": {"color": BLUE, "marker": "o", "label": "trained classifier"},
    "score": {"color": GREEN, "marker": "^", "label": "score"},
    "likelihood ratio": {"color": VERMILION, "marker": "s", "label": "likelihood ratio"},
    "predicted": {"color": BLACK, "marker": "x", "label": "predicted of the nats"},
}
RULES = {"score": LOOKS[0], "classifier": LOOKS[1]}


def draw(record: Record) -> Figure:
    """Accuracies above each other, then the gap and the students."""
    with house_style():
        figure, (accuracy, gap, students) = panels(1, 3, 3.4, width_ratios=(1.3, 1, 1))
        _accuracy(accuracy, record)
        _gap(gap, record)
        _students(students, record)
    return figure


def _accuracy(axes, record: Record) -> None:
    traits = list(dict.fromkeys(record.values("accuracy")["trait"]))
    for shift, (name, look) in zip(np.linspace(0.27, -0.27, len(JUDGES)), JUDGES.items(), strict=True):
        for place, trait in enumerate(traits):
            rows = record.values("accuracy", trait=trait)
            found = rows.loc[rows["condition"] == name, "value"]
            if len(found):
                mean, low, high = student_interval(found)
                reach = np.array([[mean - low], [high - mean]])
                axes.errorbar(
                    mean, place + shift, xerr=reach, linestyle="none", capsize=2, elinewidth=0.9,
                    **(look if place == len(traits) - 2 else {**look, "label": None}),
                )  # fmt: skip
    axes.axvline(0.5, color=GREY, linestyle=":")
    axes.set_yticks(range(len(traits)), [trait.split(",")[0] for trait in traits])
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")
    axes.set_xlabel("accuracy, single answers")
    axes.legend(loc="upper right")
    title(axes, "a", "whose numbers are these?")


def _gap(axes, record: Record) -> None:
    for rule, look in RULES.items():
        _line(axes, record.table("realised gap", "dropped", rule), look, f"dropped by {rule}")
        predicted = record.table("predicted gap", "dropped", rule).mean(axis=1)
        axes.plot(
            predicted.index, predicted, color=look["color"], linestyle=":", marker=look["marker"],
            markerfacecolor="none", label="predicted (T10)",
        )  # fmt: skip
    axes.set_ylim(bottom=0)
    axes.set_xlabel("share dropped")
    axes.set_ylabel("gap of the scores")
    axes.legend()
    title(axes, "b", "before training")


def _students(axes, record: Record) -> None:
    for rule, look in RULES.items():
        for who, style in (("teacher", "-"), ("control", ":")):
            table = record.table("harmful_rate", "dropped", f"{who}'s numbers, {rule}")
            words = f"{who}'s, by {rule}"
            _line(axes, table, {**look, "linestyle": style}, words)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("share dropped")
    axes.set_ylabel("probability of a harmful answer")
    axes.legend()
    title(axes, "c", "after training")


def _line(axes, table: pd.DataFrame, look, label: str) -> None:
    """Means over seeds with Student's intervals."""
    found = np.array([student_interval(values) for _, values in table.iterrows()])
    reach = np.stack([found[:, 0] - found[:, 1], found[:, 2] - found[:, 0]])
    axes.errorbar(table.index, found[:, 0], yerr=reach, capsize=2, elinewidth=0.8, label=label, **look)
