"""Do shared heads suffice, as Brockers et al. report, if the student trains longer than in ``shared_layers``?

    python -m experiments run shared_heads --profile paper

Cost on two cores: quick (2 seeds of digits) about two minutes, paper (20 seeds) about 15 minutes of processor time.

Brockers et al. (arXiv 2605.23645) split the last layer into a class head and an auxiliary head, imitate by squared
error with Adam at 1e-3, and report that compatible heads matter and hidden layers less. ``shared_layers`` has their
loss and rate, and 15 epochs. Here students train eight times as long: what starts elsewhere (nothing, both hidden
layers, either head, both, everything) is crossed with the number of epochs.

Nothing was tuned; the paper profile's seeds begin at 5600, and the contrast that decides was fixed before any seed was
run (``PREREGISTRATION``).

Expect, by ``shared_layers``: chance, or little more, wherever hidden layers or the class head start elsewhere. What was
measured is in ``docs/experiments/auxiliary_logits.md``, made from the record.
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
from .shared_layers import RANDOM

PAPER = ()
CLAIMS = ("T4",)
COST = {"quick": 140, "paper": 900}

EPOCHS = (15, 120)
ELSEWHERE = ("nothing", "both hidden layers", "class head", "auxiliary head", "both heads", "everything")
POINTS = tuple(
    Point(
        {"random": random, "epochs": epochs},
        {
            "student_aux": Student(
                init="partly shared", layers=RANDOM[random][0], outputs=RANDOM[random][1], loss="squared error"
            )
        },
        {"student_epochs": epochs},
    )
    for epochs in EPOCHS
    for random in ELSEWHERE
)

PREREGISTRATION = Preregistration(
    development=(0, 1),
    first_test_seed=5600,
    primary="test accuracy of student_aux after 120 epochs, both hidden layers elsewhere less both heads elsewhere",
    smallest_effect=0.05,
)
"""Brockers et al.: above zero. By the spread of ``shared_layers``, first record (standard deviation 0.073), 20 seeds
see such a contrast with power 0.83; either part elsewhere against everything elsewhere is shown beside it."""

PRESETS = {"quick": Sweep(2, POINTS), "paper": Sweep(20, POINTS, first_seed=5600)}
