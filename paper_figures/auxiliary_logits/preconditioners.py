"""Figure of the student's preconditioner, from gradient descent to sign descent."""

from __future__ import annotations

from matplotlib.figure import Figure

from ..drawing.reading import Record
from ..drawing.style import LOOKS
from ..drawing.sweep_panels import CONTROL, TEACHER, Series, Sweep, sweep_figure

COLUMNS = ("power", "rate")

CAPTION = (
    "Must the student's optimiser adapt: digits, 20 seeds, network 64-256-256-13, three auxiliary logits, 8192 uniform "
    "noise images, 15 epochs, a teacher by Adam. Students step by −α |g|^(−2s) g, which is gradient descent at s = 0 "
    "and sign descent at s = ½, at the rate α at which a development student came about as far as its teacher (full) "
    "and at a quarter of it. (a) Test accuracy, mean with its 95 % bootstrap interval over seeds; dotted, chance. (b) "
    "The same means against the cosine of the student's whole displacement with v, and (c) against the length of its "
    "displacement over that of v. ρ is the rank correlation over the points of a curve, v the teacher's whole "
    "displacement."
)
FULL, QUARTER = {"rate": 1.0}, {"rate": 0.25}


def draw(record: Record) -> Figure:
    """Accuracy against the power, and where and how far students moved."""
    series = (
        Series("student, full rate", where=FULL, look=LOOKS[0]),
        Series("student, a quarter of it", where=QUARTER, look=LOOKS[1]),
        Series("cross-model, full rate", "cross_model_aux", FULL, CONTROL, predicted=False),
        Series("teacher", "teacher", FULL, TEACHER, predicted=False),
    )
    sweep = Sweep("the student's preconditioner", "power", series, "s, from gradient to sign descent", "linear")
    return sweep_figure(record, sweep, ("displacement cosine", "displacement ratio"), legend="upper left")
