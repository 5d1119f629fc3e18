"""Figure of the network's size: width of two hidden layers, and number of layers of width 256."""

from __future__ import annotations

from matplotlib.figure import Figure

from ..drawing.reading import Record
from ..drawing.sweep_panels import Sweep, student_and_control, two_sweeps

COLUMNS = ("swept", "size")

CAPTION = (
    "How large the network is: digits, 20 seeds, three auxiliary logits, 8192 uniform noise images, 15 epochs. (a) "
    "Width of the two hidden layers. (b) Number of hidden layers of width 256. Test accuracy, mean with its 95 % "
    "bootstrap interval over seeds; dotted, chance. (c) The same means against the first-step cosine, that of the "
    "student's first step with v, and (d) against A. ρ is the rank correlation over the points of a curve, v the "
    "teacher's whole displacement."
)

WIDTH = student_and_control({"swept": "width"}, "student of (a)")
DEPTH = student_and_control({"swept": "depth"}, "student of (b)", 1)
KNOWN = {"swept": ("width", "depth")}


def draw(record: Record) -> Figure:
    """Width and depth, first-step cosine and A."""
    return two_sweeps(
        record,
        Sweep("width", "size", WIDTH, "units in each of two hidden layers"),
        Sweep("depth", "size", DEPTH, "hidden layers of 256 units"),
        ("first update cosine", "predicted slope"),
    )
