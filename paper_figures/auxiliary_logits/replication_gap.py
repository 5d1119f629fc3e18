"""Figure of the replication gap: one choice of the protocol changed at a time, under both imitation losses."""

from __future__ import annotations

from matplotlib.figure import Figure

from ..drawing.reading import Record
from ..drawing.style import VERMILION
from ..drawing.sweep_panels import Sweep, series_by, sweep_figure

COLUMNS = ("choice", "loss")

CAPTION = (
    "Why one replication found .271 (dashed) where the paper found more than .50: the paper's protocol on MNIST, "
    "20 seeds, with one choice changed at a time, under both imitation losses. (a) Test accuracy of the student: mean "
    "with its 95 % bootstrap interval over seeds; dotted, chance; small dots, seeds. (b) The same means against the "
    "first-step cosine, that of the student's first step with v, and (c) against the cosine of the student's whole "
    "displacement with v. ρ is the rank correlation over the choices, v the teacher's whole displacement."
)

NAMES = {
    "the paper's": "the paper's", "init variance 1/3": "init variance ÷ 3", "gaussian noise": "Gaussian noise",
    "rate 1e-3": "rate 1e-3", "rate 1e-4": "rate 1e-4", "batch 256": "batch 256",
}  # fmt: skip
LOSSES = {"forward KL": "KL", "squared error": "squared error"}
METRICS = ("first update cosine", "displacement cosine")


def draw(record: Record) -> Figure:
    """Choices, and two cosines."""
    series = series_by(record, "loss", LOSSES, "student, {}")
    sweep = Sweep("one choice changed", "choice", series, names=NAMES)
    figure = sweep_figure(record, sweep, METRICS, 3.1, (1.3, 1, 1))
    figure.axes[0].axvline(0.271, color=VERMILION, linestyle="--", linewidth=0.9, zorder=1)
    return figure
