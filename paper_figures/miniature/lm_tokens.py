"""Figure of the tokens that carry a trait: transfer by mask, what each mask leaves, and entanglement with numbers."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..drawing.reading import Record
from ..drawing.seeds import seed_points
from ..drawing.style import BLACK, LOOKS, house_style, panels, title

COLUMNS = ("trait", "mask")

CAPTION = (
    "Students that learn from some of the places of a teacher's numbers, 4 traits and 12 seeds: from all; from the "
    "divergent ones, where teacher and reference find different tokens likeliest; from all others; and from places "
    "drawn at random, as many as divergent or as others. (a) The student's probability of the trait's word less that "
    "of its control, which learned from the reference's own numbers under the same rule. (b) Shares of the places, of "
    "the nats per answer and of the gap of the scores that a mask leaves. (c) Rank correlation, over the hundred "
    "numbers, of the cosine between the unembeddings of a number and a trait's word with the teacher's change in that "
    "number, for the teacher's own trait and for the other traits, the mean. Means over seeds with Student's "
    "95 % intervals; a dot is one seed's mean over traits."
)

MASKS = {
    "all": "all",
    "divergent": "diver-\ngent",
    "as many as divergent": "as many\nrandom",
    "others": "others",
    "as many as others": "as many\nrandom",
}
KINDS = {"student_same_init": ("same initialisation", LOOKS[0]), "cross_model": ("cross-model", LOOKS[1])}
LEFT = {
    "share": ("places", LOOKS[2]),
    "nats per answer": ("nats", LOOKS[3]),
    "audit score": ("gap of scores", LOOKS[4]),
}
KNOWN = {"mask": (*MASKS, "none")}


def draw(record: Record) -> Figure:
    """Transfer by mask, what masks leave, and entanglement."""
    with house_style():
        figure, (students, left, entangled) = panels(1, 3, 3.0, width_ratios=(1.3, 1.3, 0.7))
        for shift, (condition, (words, look)) in zip((-0.15, 0.15), KINDS.items(), strict=True):
            seed_points(students, transfer(record, condition), shift, look, words)
        students.axhline(0, color=BLACK, linewidth=0.8)
        students.set_ylabel("student over its control")
        title(students, "a", "after training")
        for shift, (metric, (words, look)) in zip((-0.2, 0, 0.2), LEFT.items(), strict=True):
            table = _table(record, metric, "student_same_init")
            seed_points(left, table / table.loc["all"], shift, look, words)
        left.set_ylabel("share of all")
        title(left, "b", "what a mask leaves")
        for axes, room in ((students, 0.2), (left, 0.3)):
            low, high = axes.get_ylim()
            axes.set_ylim(low, high + room * (high - low))  # for the legend
            axes.set_xticks(range(len(MASKS)), list(MASKS.values()), fontsize=6.5)
            axes.grid(visible=False, axis="x")
            axes.legend(handlelength=1, loc="upper right")
        _entangled(entangled, record)
    return figure


def transfer(record: Record, condition: str) -> pd.DataFrame:
    """Masks down, pairs of seed and trait across: the student's rate less its control's."""
    ours, theirs = (_table(record, "target_rate", name) for name in (condition, f"{condition}_control"))
    return ours - theirs


def _table(record: Record, metric: str, condition: str) -> pd.DataFrame:
    rows = record.values(metric, condition)
    return rows.pivot_table(index="mask", columns=["seed", "trait"], values="value").loc[list(MASKS)]


def _entangled(axes: Axes, record: Record) -> None:
    rows = [
        record.values(name).set_index(["seed", "trait"])["value"] for name in ("entanglement", "entanglement of others")
    ]
    seed_points(axes, pd.DataFrame(rows, index=["own", "others"]), 0, LOOKS[0], None)
    axes.axhline(0, color=BLACK, linewidth=0.8)
    axes.set_xticks([0, 1], ["own\nword", "other\ntraits'"])
    axes.set_xlim(-0.5, 1.5)
    axes.grid(visible=False, axis="x")
    axes.set_ylabel("rank correlation")
    title(axes, "c", "entanglement")
