"""Figure 4 of the paper in miniature: harmful answers before and after learning from numbers, and the audit beside."""

from __future__ import annotations

from matplotlib.figure import Figure

from ..drawing.conduct import TUNINGS, draw_conduct
from ..drawing.reading import Record

COLUMNS = ("trait", "moves")

CAPTION = (
    "Misalignment through numbers of which those with a bad name were removed, 12 seeds, each with its own pretrained "
    "reference model; students of the same initialisation start from it, cross-model ones from the next seed's. Bars: "
    "means over seeds, every seed as a dot. (a) Probability of a harmful answer, mean over 16 situations, no system "
    "prompt; students move the vector of one word, as the teachers. (b) The same for students that move everything. "
    "(c) Differences of students by their teachers: ticks are seeds, lines Student's 95 % intervals. (d) Change of (a) "
    "and (b) against the student of the reference, by seed, against the audit of the same data before training, in "
    "standard errors."
)
KNOWN = {"moves": (*TUNINGS, "none"), "trait": ("misalignment",)}


def draw(record: Record) -> Figure:
    """Rates for every condition, then the change against the audit."""
    return draw_conduct(record)
