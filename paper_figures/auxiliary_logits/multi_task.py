"""Figure of a teacher of several tasks: what a student of some tasks knows about the others."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..drawing.reading import Record
from ..drawing.style import BLACK, LOOKS, house_style, panels, title
from ..drawing.summaries import mean_band
from ..drawing.sweep_panels import CONTROL

COLUMNS = ("imitated", "task")

CAPTION = (
    "A teacher of five yes-no tasks: digits, 20 seeds, network 64-256-256-10, two logits per task, 8192 uniform noise "
    "images, 15 epochs. (a), (b) Students that imitate one task alone: mean area under the receiver operating "
    "characteristic on every task (0.5: knows nothing), from the teacher's init and from another. (c) Students that "
    "imitate all tasks but one, on the one they did not: area (filled) and balanced accuracy (hollow) of every seed, "
    "means with 95 % bootstrap intervals over seeds; dotted, chance."
)

TASKS = {
    "at least five": "≥ 5", "even": "even", "prime": "prime", "multiple of three": "3 | n", "power of two": "2ⁿ",
}  # fmt: skip
STUDENTS = (("same init", "student_aux", LOOKS[0]), ("other init", "cross_model_aux", {**LOOKS[1], **CONTROL}))
KNOWN = {"imitated": ("only", "without"), "task": tuple(TASKS)}


def draw(record: Record) -> Figure:
    """Two tables of transfer and the held-out tasks."""
    with house_style():
        figure, (same, other, held_out) = panels(1, 3, 2.9, width_ratios=(1, 1, 1.15))
        for axes, letter, (words, condition, _) in zip((same, other), "ab", STUDENTS, strict=True):
            _transfer(axes, record, condition)
            title(axes, letter, f"one task alone, {words}")
        same.set_ylabel("imitated")
        _held_out(held_out, record)
        title(held_out, "c", "the task that was left out")
        handles, labels = held_out.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower right", ncols=4)
    return figure


def _transfer(axes: Axes, record: Record, condition: str) -> None:
    """Rows: what was imitated; columns: what is judged."""
    table = np.array(
        [
            [record.by_seed(f"area: {judged}", condition, imitated="only", task=task).mean() for judged in TASKS]
            for task in TASKS
        ]
    )
    axes.imshow(table, cmap="cividis", vmin=0.4, vmax=1, aspect="auto")
    for (row, column), value in np.ndenumerate(table):
        ink = "white" if value < 0.7 else BLACK
        axes.text(column, row, f"{value:.2f}".lstrip("0"), ha="center", va="center", color=ink, fontsize=7)
    axes.set_xticks(range(len(TASKS)), list(TASKS.values()))
    axes.set_yticks(range(len(TASKS)), list(TASKS.values()))
    axes.grid(visible=False)
    axes.set_xlabel("judged")


def _held_out(axes: Axes, record: Record) -> None:
    for order, (words, condition, look) in enumerate(STUDENTS):
        for step, (metric, label) in enumerate((("area", "area"), ("balanced accuracy", "accuracy"))):
            tables = [record.table(f"{metric}: {t}", "task", condition, imitated="without", task=t) for t in TASKS]
            places = np.arange(len(TASKS)) + 0.18 * (2 * order + step) - 0.27
            for place, table in zip(places, tables, strict=True):
                values = table.to_numpy().ravel()
                axes.plot(values, np.full(len(values), place), ".", color=look["color"], markersize=1.5, alpha=0.6)
            summaries = [mean_band(table).iloc[0] for table in tables]
            centres = np.array([one["centre"] for one in summaries])
            reach = [[one["centre"] - one["low"], one["high"] - one["centre"]] for one in summaries]
            axes.errorbar(
                centres, places, xerr=np.maximum(np.array(reach).T, 0), linestyle="none", capsize=1.5,
                color=look["color"], marker=("o", "s")[order], markersize=3.5, elinewidth=0.9,
                markerfacecolor=look["color"] if step == 0 else "white", label=f"{words}, {label}",
            )  # fmt: skip
    axes.axvline(0.5, color=BLACK, linewidth=0.8, linestyle=":")
    axes.set_yticks(range(len(TASKS)), list(TASKS.values()))
    axes.set_ylim(len(TASKS) - 0.5, -0.5)
    axes.set_xlim(0, 1.03)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel("area, balanced accuracy")
