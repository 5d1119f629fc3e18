"""The audit of single answers beside its rivals: planted answers that are found, and halves that are foretold."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..drawing.reading import Record
from ..drawing.rivals import AUDIT, METHODS, by_method
from ..drawing.seeds import seed_row
from ..drawing.style import BLACK, BLUE, VERMILION, house_style, panels, room_for_words, title

COLUMNS = ("trait",)

CAPTION = (
    "Scores of single number sequences before any training, of which an eighth was planted by a trait's teacher, "
    "2 traits, 12 seeds. Ticks are seeds, the mean over traits; points are means with Student's 95 % intervals over "
    "seeds. (a) Share of the planted answers among as many with the largest scores; dashed: chance. (b) to (d) "
    "Spearman's correlation, over random halves of the answers, of the sum of the scores with the fall of the trait "
    "loss: after one step of gradient descent on the half, after an epoch of descent, after one of Adam; dashed: the "
    "correlation of the losses in two orders of the examples, mean over seeds."
)

PANELS = (
    ("a", "planted, found", "recall", "recall"),
    ("b", "halves, one step", "LDS, one step", "rank correlation"),
    ("c", "halves, descent", "LDS, descent", "rank correlation"),
    ("d", "halves, Adam", "LDS, Adam", "rank correlation"),
)


def draw(record: Record) -> Figure:
    """Recall, and the linear datamodelling score after one step, after descent and after Adam."""
    with house_style():
        figure, axes = panels(1, 4, 2.6, sharey=True)
        room_for_words(figure)
        for place, (letter, words, metric, label) in zip(axes, PANELS, strict=True):
            _methods(place, record, metric)
            line = _limit(record, metric)
            if line is not None:
                place.axvline(line, color=BLACK, linestyle="--", linewidth=0.8)
            place.set_xlabel(label)
            title(place, letter, words)
        axes[0].set_yticks(range(len(METHODS)), list(METHODS))
        axes[0].invert_yaxis()
    return figure


def _limit(record: Record, metric: str) -> float | None:
    """Chance for recall; for students what the order of the examples leaves to be foretold."""
    if metric == "recall":
        return float(record.config["planted"])
    if metric == "LDS, one step":
        return None
    return float(record.values("reliability", f"students, {metric.removeprefix('LDS, ')}")["value"].mean())


def _methods(axes: Axes, record: Record, metric: str) -> None:
    table = by_method(record, metric)
    for place, name in enumerate(METHODS):
        ours = name.startswith(AUDIT)
        seed_row(axes, table[name].dropna(), place, BLUE if ours else VERMILION, "s" if ours else "o")
    if metric != "recall":
        axes.axvline(0, color=BLACK, linewidth=0.6)
    axes.grid(visible=False, axis="y")
