"""Figure of shared heads: what starts elsewhere, after short and long imitation."""

from __future__ import annotations

from matplotlib.figure import Figure

from ..drawing.reading import Record
from ..drawing.style import LOOKS
from ..drawing.sweep_panels import Series, Sweep, sweep_figure
from .shared_layers import METRICS, NAMES

COLUMNS = ("random", "epochs")

CAPTION = (
    "Do shared heads suffice, if students train longer: digits, 20 seeds, network 64-256-256-13, three auxiliary "
    "logits, squared error, Adam at 1e-3 on 8192 uniform noise images. (a) Test accuracy of students of whom some "
    "layers start at another initialisation than the teacher's, after 15 and after 120 epochs: mean with its 95 % "
    "bootstrap interval over seeds; dotted, chance; small dots, seeds. (b) The same means against the first-step "
    "cosine, that of the student's first step with v, and (c) against the cosine of the student's whole displacement "
    "with v. ρ is the rank correlation over the points of a curve, v the teacher's whole displacement."
)
EPOCHS = (15, 120)
ELSEWHERE = ("nothing", "both hidden layers", "class head", "auxiliary head", "both heads", "everything")


def draw(record: Record) -> Figure:
    """What is random in the student, and two cosines."""
    series = tuple(
        Series(f"student, {epochs} epochs", where={"epochs": epochs}, look=look)
        for epochs, look in zip(EPOCHS, LOOKS, strict=False)
    )
    sweep = Sweep("what starts elsewhere", "random", series, names={name: NAMES[name] for name in ELSEWHERE})
    return sweep_figure(record, sweep, METRICS, 3.3, (1.2, 1, 1), "upper left")
