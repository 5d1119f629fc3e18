"""Figure of the number of auxiliary logits: one is nothing under a softmax, and a channel under squared error (T3)."""

from __future__ import annotations

from matplotlib.figure import Figure

from ..drawing.reading import Record
from ..drawing.style import LOOKS
from ..drawing.sweep_panels import CONTROL, TEACHER, Series, Sweep, sweep_figure

COLUMNS = ("auxiliary", "loss")

CAPTION = (
    "How many auxiliary logits: digits, 20 seeds, network 64-256-256-(10 + m), 8192 uniform noise images, 15 epochs. "
    "(a) Test accuracy of students that imitate m auxiliary logits, by forward KL divergence or squared error; of the "
    "cross-model control; of the teacher: mean with its 95 % bootstrap interval over seeds; dotted, chance. At m = 1 "
    "the softmax student is its own initialisation, bit for bit. (b), (c) The same means against two numbers that are "
    "known before the student is trained, v being the teacher's whole displacement; ρ is the rank correlation over m."
)

KL, SQUARED = {"loss": "forward KL"}, {"loss": "squared error"}
SERIES = (
    Series("student, KL", where=KL, look=LOOKS[0]),
    Series("student, squared error", where=SQUARED, look=LOOKS[1]),
    Series("cross-model, KL", "cross_model_aux", KL, CONTROL, predicted=False),
    Series("cross-model, sq. e.", "cross_model_aux", SQUARED, {**CONTROL, "marker": "+"}, predicted=False),
    Series("teacher", "teacher", KL, TEACHER, predicted=False),
)
KNOWN = {"loss": (*KL.values(), *SQUARED.values())}


def draw(record: Record) -> Figure:
    """Accuracy against m, and against the theory."""
    return sweep_figure(record, Sweep("what was measured", "auxiliary", SERIES, "auxiliary logits m"))
