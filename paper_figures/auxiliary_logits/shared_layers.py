"""Figure of partly shared initialisations: which layers teacher and student must have in common."""

from __future__ import annotations

from matplotlib.figure import Figure

from ..drawing.reading import Record
from ..drawing.sweep_panels import Sweep, series_by, sweep_figure

COLUMNS = ("random", "loss")

CAPTION = (
    "Which layers must be shared: digits, 20 seeds, network 64-256-256-13, three auxiliary logits, 8192 uniform noise"
    " images, 15 epochs. (a) Test accuracy of students of whom some layers start at another initialisation than the "
    "teacher's, under two imitation losses: mean with its 95 % bootstrap interval over seeds; dotted, chance; small "
    "dots, seeds. (b) The same means against the first-step cosine, that of the student's first step with v, and (c) "
    "against the cosine of the student's whole displacement with v. ρ is the rank correlation over the points of a "
    "curve, v the teacher's whole displacement."
)

NAMES = {
    "nothing": "nothing", "fc1": "1st hidden layer", "fc2": "2nd hidden layer",
    "both hidden layers": "both hidden", "class head": "class head", "auxiliary head": "auxiliary head",
    "both heads": "both heads", "everything": "everything",
}  # fmt: skip
LOSSES = {"forward KL": "KL", "squared error": "squared error"}
METRICS = ("first update cosine", "displacement cosine")


def draw(record: Record) -> Figure:
    """What is random in the student, and two cosines."""
    series = series_by(record, "loss", LOSSES, "student, {}")
    sweep = Sweep("what starts elsewhere", "random", series, names=NAMES)
    return sweep_figure(record, sweep, METRICS, 3.3, (1.2, 1, 1), "upper left")
