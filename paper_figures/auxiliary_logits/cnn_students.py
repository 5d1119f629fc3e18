"""Figure of convolutional teachers and students beside the perceptron."""

from __future__ import annotations

from matplotlib.figure import Figure

from ..drawing.reading import Record
from ..drawing.style import LOOKS
from ..drawing.sweep_panels import CONTROL, TEACHER, Series, Sweep, sweep_figure

COLUMNS = ("network",)

CAPTION = (
    "Convolutional networks: digits, 20 seeds, two convolutions with the channels named and a linear head, beside the "
    "perceptron of the other sweeps; three auxiliary logits, 8192 uniform noise images, 15 epochs. (a) Test accuracy "
    "of students of the teacher's init that imitate the auxiliary or all logits, of the cross-model control, and of "
    "the teacher: every seed, and the mean with its 95 % bootstrap interval; dotted, chance. (b), (c) The mean "
    "accuracies against the cosine of the student's first step, and of its whole displacement, with the teacher's; ρ "
    "is the rank correlation over networks."
)

NAMES = {"mlp 256-256": "MLP 256-256", **{f"cnn {c}-{2 * c}": f"CNN {c}-{2 * c}" for c in (4, 8, 16)}}
SERIES = (
    Series("student (aux.)"),
    Series("student (all logits)", "student_all", look=LOOKS[1]),
    Series("cross-model (aux.)", "cross_model_aux", look=CONTROL, predicted=False),
    Series("teacher", "teacher", look=TEACHER, predicted=False),
)


def draw(record: Record) -> Figure:
    """Accuracy of every network, and against two cosines."""
    metrics = ("first update cosine", "displacement cosine")
    return sweep_figure(record, Sweep("what was measured", "network", SERIES, names=NAMES), metrics)
