"""Figure of the student's inputs: what they are, and how many."""

from __future__ import annotations

from matplotlib.figure import Figure

from ..drawing.reading import Record
from ..drawing.sweep_panels import Sweep, student_and_control, two_sweeps

COLUMNS = ("inputs", "number")

CAPTION = (
    "On which inputs the student imitates: digits, 20 seeds, network 64-256-256-13, three auxiliary logits, 960 steps"
    " of 128 inputs. (a) 8192 inputs of several kinds; images are the teacher's own 1442 training images, as often as"
    " needed. (b) Number of different uniform noise images, for the same number of steps. Test accuracy, mean with "
    "its 95 % bootstrap interval over seeds; dotted, chance. (c) The same means against the first-step cosine, that "
    "of the student's first step (on 1024 inputs, or all if fewer) with v, and (d) against the cosine of the "
    "student's whole displacement with v. ρ is the rank correlation over the points of a curve, v the teacher's whole"
    " displacement."
)

NAMES = {
    "uniform": "uniform noise", "gaussian": "Gaussian noise", "coloured": "coloured noise",
    "low rank": "low-rank noise", "images": "real images", "blurred images": "blurred images",
}  # fmt: skip
KINDS = student_and_control({"number": 8192}, "student of (a)")
NUMBERS = student_and_control({"inputs": "uniform"}, "student of (b)", 1)


def draw(record: Record) -> Figure:
    """Kinds and numbers of inputs, and two cosines."""
    return two_sweeps(
        record,
        Sweep("kind of inputs", "inputs", KINDS, names=NAMES),
        Sweep("number of inputs", "number", NUMBERS, "different uniform noise images"),
        legend="upper left",
    )
