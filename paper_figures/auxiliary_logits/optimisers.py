"""Figure of the optimisers: every pair of teacher's and student's."""

from __future__ import annotations

from matplotlib.figure import Figure

from ..drawing.reading import Record
from ..drawing.style import OPTIMISERS
from ..drawing.sweep_panels import Sweep, series_by, sweep_figure

COLUMNS = ("teacher", "student")

CAPTION = (
    "Which optimisers carry the trait: digits, 20 seeds, network 64-256-256-13, three auxiliary logits, 8192 uniform "
    "noise images, 15 epochs; learning rates 0.5 (gradient descent), 0.05 (momentum), 1e-3 (Adam), 3e-4 (sign). (a) "
    "Test accuracy of students, by their teacher's optimiser (line) and their own (marker): mean with its 95 % "
    "bootstrap interval over seeds; dotted, chance; small dots, seeds. (b) The same means against the first-step "
    "cosine, that of the student's first plain gradient step with v, and (c) against the cosine of its whole "
    "displacement with v; ρ is the rank correlation over the four teachers of one kind of student, v the teacher's "
    "whole displacement."
)


def draw(record: Record) -> Figure:
    """Every pair of the record, and two cosines."""
    series = series_by(record, "student", OPTIMISERS)
    sweep = Sweep("optimiser of the teacher", "teacher", series, names=OPTIMISERS)
    return sweep_figure(record, sweep, ("first update cosine", "displacement cosine"), 3.3, legend="upper left")
