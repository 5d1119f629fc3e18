"""Figure of students whose hidden units stand in another order: the same transfer, invisible in raw coordinates."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..drawing.reading import Record
from ..drawing.style import BLACK, LOOKS, band, house_style, panels, title
from ..drawing.summaries import mean_band
from ..drawing.sweep_panels import CONTROL, TEACHER, Series, Sweep, against_numbers

COLUMNS = ("share",)

CAPTION = (
    "Permuted students: digits, 20 seeds, network 64-256-256-13, three auxiliary logits, 8192 uniform noise images, "
    "15 epochs. A share of each hidden layer's units stands elsewhere in the student: with incoming and outgoing "
    "weights (permuted, the same function), or with the incoming weights alone (scrambled, another function of the "
    "same weights). (a) Test accuracy; dotted, chance. (b) Cosine of the student's displacement with the teacher's, in "
    "raw coordinates and after undoing the permutation. Means with 95 % bootstrap intervals over seeds."
)

PERMUTED, SCRAMBLED = LOOKS[0], {**LOOKS[1], "markersize": 3.5}
SERIES = (
    Series("permuted", look=PERMUTED),
    Series("scrambled", "scrambled_aux", look=SCRAMBLED),
    Series("teacher", "teacher", look=TEACHER),
)
COSINES = (
    ("permuted, undone", "aligned displacement cosine", "student_aux", LOOKS[2]),
    ("permuted, raw", "displacement cosine", "student_aux", PERMUTED),
    ("scrambled, raw", "displacement cosine", "scrambled_aux", {**CONTROL, "markersize": 4}),
)
LABEL = "share of hidden units in another place"


def draw(record: Record) -> Figure:
    """Accuracy and cosines against the share of moved units."""
    with house_style():
        figure, (accuracy, cosines) = panels(1, 2, 2.9)
        against_numbers(accuracy, record, Sweep("", "share", SERIES, LABEL, "linear"))
        title(accuracy, "a", "what the student learns")
        accuracy.legend(loc="upper right", bbox_to_anchor=(1, 0.92))
        _cosines(cosines, record)
        title(cosines, "b", "what its parameters seem to say")
    return figure


def _cosines(axes: Axes, record: Record) -> None:
    for label, metric, condition, look in COSINES:
        band(axes, mean_band(record.table(metric, "share", condition)), look, label)
    axes.axhline(0, color=BLACK, linewidth=0.8)
    axes.set_xlabel(LABEL)
    axes.set_ylabel("cosine with the teacher's displacement")
    axes.legend(loc="upper right", bbox_to_anchor=(1, 0.9))
