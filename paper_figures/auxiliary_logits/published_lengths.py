"""Figure of what others published about the lengths of training, beside what was measured here."""

from __future__ import annotations

from matplotlib.figure import Figure

from ..drawing.published import LENGTHS, beside_each_other
from ..drawing.reading import Record
from ..drawing.style import house_style, panels, room_for_words, title

COLUMNS = ("preset",)

CAPTION = (
    "What a public rerun reports about the lengths of training, 20 seeds of MNIST, the paper's protocol otherwise. "
    "(a) Test accuracy as published (crosses) and as measured here (dots: mean with Student's 95 % interval over "
    "seeds; small dots, seeds); dotted, chance."
)
KNOWN = {"preset": tuple(row.preset for row in LENGTHS)}


def draw(record: Record) -> Figure:
    """Published and measured, line by line."""
    with house_style():
        figure, (lines,) = panels(1, 1, 2.2)
        beside_each_other(lines, record, LENGTHS)
        title(lines, "a", "published and measured")
        handles, labels = lines.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=3)
        room_for_words(figure)
    return figure
