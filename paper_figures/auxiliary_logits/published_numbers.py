"""Figure of what others published about the MNIST experiment, beside what was measured here."""

from __future__ import annotations

from matplotlib.figure import Figure

from ..drawing.published import CONDITIONS, beside_each_other
from ..drawing.reading import Record
from ..drawing.style import house_style, panels, room_for_words, title
from ..drawing.sweep_panels import Series, Sweep, against_theory

COLUMNS = ("preset",)

CAPTION = (
    "What others published about the MNIST experiment, each change made alone in the paper's protocol: 20 seeds of "
    "MNIST. (a) Test accuracy as published (crosses) and as measured here (dots: mean with Student's 95 % interval "
    "over seeds; small dots, seeds); dotted, chance. (b) The measured means against the first-step cosine, that of "
    "the student's first step with the teacher's whole displacement; ρ is the rank correlation over all presets."
)
KNOWN = {"preset": tuple(row.preset for row in CONDITIONS)}


def draw(record: Record) -> Figure:
    """Published and measured, line by line; then the first-step cosine."""
    with house_style():
        figure, (lines, theory) = panels(1, 2, 4.4, width_ratios=(1.3, 1))
        beside_each_other(lines, record, CONDITIONS)
        title(lines, "a", "published and measured")
        presets = {row.preset: row.preset for row in CONDITIONS}
        against_theory(theory, record, (Sweep("", "preset", (Series("all"),), names=presets),), "first update cosine")
        theory.set_ylabel("test accuracy")
        title(theory, "b", "first step, beforehand")
        handles, labels = lines.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=3)
        room_for_words(figure)
    return figure
