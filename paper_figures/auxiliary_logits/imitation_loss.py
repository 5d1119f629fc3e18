"""Figure of the imitation loss: from squared error and soft distributions to single labels."""

from __future__ import annotations

from matplotlib.figure import Figure

from ..drawing.reading import Record
from ..drawing.sweep_panels import Sweep, student_and_control, sweep_figure

COLUMNS = ("loss",)

CAPTION = (
    "What the student imitates by: digits, 20 seeds, network 64-256-256-20, ten auxiliary logits, 8192 uniform noise "
    "images, 15 epochs. (a) Squared error of the logits; softmax cross-entropy at temperature τ; KL over the "
    "teacher's k largest logits; one label per input, sampled from the teacher once. Test accuracy, mean with its 95 "
    "% bootstrap interval over seeds; dotted, chance; small dots, seeds. (b) The same means against the first-step "
    "cosine, that of the student's first step with v, and (c) against the cosine of the student's whole displacement "
    "with v. ρ is the rank correlation over the points of a curve, v the teacher's whole displacement."
)

NAMES = {
    "squared error": "squared error",
    **{f"softmax cross-entropy at temperature {t}": f"softmax, τ = {t}" for t in ("20", "5", "2")},
    "softmax cross-entropy": "softmax, τ = 1",
    "softmax cross-entropy at temperature 0.5": "softmax, τ = 0.5",
    **{f"top-{k} KL": f"largest {k}" for k in (5, 3, 2, 1)},
    "sampled labels": "sampled labels",
}
METRICS = ("first update cosine", "displacement cosine")


def draw(record: Record) -> Figure:
    """Losses, and two cosines."""
    return sweep_figure(record, Sweep("imitation loss", "loss", student_and_control(), names=NAMES), METRICS, 3.6)
