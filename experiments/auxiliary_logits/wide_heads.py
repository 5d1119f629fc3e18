"""How many auxiliary logits must shared heads have, to carry the trait into other hidden layers (Brockers et al.)?

    python -m experiments run wide_heads --profile paper

Cost on two cores: quick (one seed of digits) about two minutes, paper (20 seeds) about 25 minutes of processor time.

Brockers et al. (arXiv 2605.23645) report that shared heads suffice. ``shared_heads`` finds that they do not, with three
auxiliary logits. But m auxiliary logits show m numbers of a last hidden layer of 256: where the auxiliary head is
shared and m reaches 256, imitating them on enough inputs fixes the hidden layer itself, whatever the student's hidden
layers were, and the shared class head reads it. So the number of auxiliary logits is crossed with what starts elsewhere
(nothing, both hidden layers, both heads, everything), by their loss and rate and for 60 epochs.

Seed 0 was looked at beforehand, with 3, 32 and 256 auxiliary logits; the paper profile's seeds begin at 5900, and the
contrast that decides was fixed before any of them was run (``PREREGISTRATION``).

Expect, by seed 0, that students of shared heads and other hidden layers stay near chance at three auxiliary logits and
come close to their teachers at 256. What was measured is in ``docs/experiments/auxiliary_logits.md``, made from the
record.
"""

from __future__ import annotations

from experiments.harness.preregistration import Preregistration

from .common.protocol import Student
from .common.sweep import PRECISION as PRECISION
from .common.sweep import Point, Sweep
from .common.sweep import chunks as chunks
from .common.sweep import memory_together as memory_together
from .common.sweep import run_chunk as run_chunk
from .common.sweep import run_together as run_together
from .shared_layers import CLASSES, RANDOM

PAPER = ()
CLAIMS = ("T4",)
COST = {"quick": 120, "paper": 1420}

COUNTS = (3, 16, 64, 256)
ELSEWHERE = ("nothing", "both hidden layers", "both heads", "everything")
EPOCHS = 60


def outputs(random: str, auxiliary: int) -> tuple[int, ...]:
    """The outputs whose weights are shared: those of both heads, all their auxiliary logits, or none."""
    return tuple(range(len(CLASSES) + auxiliary)) if RANDOM[random][1] else ()


POINTS = tuple(
    Point(
        {"random": random, "auxiliary": m},
        {
            "student_aux": Student(
                init="partly shared", layers=RANDOM[random][0], outputs=outputs(random, m), loss="squared error"
            )
        },
        {"auxiliary": m, "student_epochs": EPOCHS},
    )
    for m in COUNTS
    for random in ELSEWHERE
)

PREREGISTRATION = Preregistration(
    development=(0, 1),
    first_test_seed=5900,
    primary="test accuracy of student_aux at 256 auxiliary logits, both hidden layers elsewhere less everything",
    smallest_effect=0.05,
)
"""Brockers et al.: above zero. By the spread of ``shared_layers``, first record (standard deviation 0.073), 20 seeds
see such a contrast with power 0.83; fewer auxiliary logits, and both heads elsewhere, are shown beside it."""

PRESETS = {"quick": Sweep(1, POINTS), "paper": Sweep(20, POINTS, first_seed=5900)}
