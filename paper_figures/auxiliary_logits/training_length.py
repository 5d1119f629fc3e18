"""Figure of the lengths of training: how long the teacher is taught, how long the student imitates."""

from __future__ import annotations

from matplotlib.figure import Figure

from ..drawing.reading import Record
from ..drawing.sweep_panels import Sweep, student_and_control, two_sweeps

COLUMNS = ("trained", "epochs")

CAPTION = (
    "How long to train: digits, 20 seeds, network 64-256-256-13, three auxiliary logits, 8192 uniform noise images, "
    "15 epochs except where swept. (a) Epochs of the teacher. (b) Epochs of the student. Test accuracy, mean with its"
    " 95 % bootstrap interval over seeds; dotted, chance. (c) The same means against the first-step cosine, that of "
    "the student's first step with v: it is one number for every length of the student's training. (d) Against the "
    "cosine of the student's whole displacement with v. ρ is the rank correlation over the points of a curve, v the "
    "teacher's whole displacement."
)

TEACHER = student_and_control({"trained": "teacher"}, "student of (a)")
STUDENT = student_and_control({"trained": "student"}, "student of (b)", 1)
KNOWN = {"trained": ("teacher", "student")}


def draw(record: Record) -> Figure:
    """The teacher's epochs and the student's, and two cosines."""
    return two_sweeps(
        record,
        Sweep("the teacher is trained", "epochs", TEACHER, "epochs of the teacher"),
        Sweep("the student is trained", "epochs", STUDENT, "epochs of the student"),
    )
