"""Figure of shared heads of more and more auxiliary logits: what starts elsewhere, against their number."""

from __future__ import annotations

from matplotlib.figure import Figure

from ..drawing.reading import Record
from ..drawing.style import LOOKS
from ..drawing.sweep_panels import TEACHER, Series, Sweep, sweep_figure
from .shared_layers import METRICS, NAMES

COLUMNS = ("random", "auxiliary")

CAPTION = (
    "How many auxiliary logits shared heads need: digits, 20 seeds, network 64-256-256-(10 + m), squared error, Adam "
    "at 1e-3 on 8192 uniform noise images for 60 epochs. (a) Test accuracy of students of whom nothing, both hidden "
    "layers, both heads or everything starts at another initialisation than the teacher's, and of the teacher: mean "
    "with its 95 % bootstrap interval over seeds; dotted, chance. (b) The means of the first two against the "
    "first-step cosine, that of the student's first step with v, and (c) against the cosine of the student's whole "
    "displacement with v. ρ is the rank correlation over m, v the teacher's whole displacement."
)
ELSEWHERE = ("nothing", "both hidden layers", "both heads", "everything")
TAUGHT = ELSEWHERE[:2]
KNOWN = {"random": ELSEWHERE}


def draw(record: Record) -> Figure:
    """Accuracy against the number of auxiliary logits, and two cosines."""
    series = (
        *(
            Series(f"elsewhere: {NAMES[random]}", where={"random": random}, look=look, predicted=random in TAUGHT)
            for random, look in zip(ELSEWHERE, LOOKS, strict=False)
        ),
        Series("teacher", "teacher", {"random": ELSEWHERE[0]}, TEACHER, predicted=False),
    )
    sweep = Sweep("what starts elsewhere", "auxiliary", series, "auxiliary logits m")
    return sweep_figure(record, sweep, METRICS, 3.3)
