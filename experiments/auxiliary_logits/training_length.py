"""How long must the teacher be taught, and how long must the student imitate?

    python -m experiments run training_length --profile paper

Cost on two cores: quick (2 seeds of digits) about 80 seconds, paper (20 seeds) about 8 minutes of processor time.

Epochs of the one, the other's being the sweeps' 15. An epoch of the teacher is 12 steps, one of the student 64.

Expect, by the first record's 10 seeds of digits (means): the student's accuracy rises from 0.58 with a teacher of one
epoch to 0.67 with two, and falls from there to 0.42 with a hundred, while the teacher gets no worse; with its own
epochs it rises all the way, from 0.18 after one to 0.61 after forty. Those seeds, 0 to 9, are development seeds now;
the paper profile's begin at 4100 (``PREREGISTRATION``).
"""

from __future__ import annotations

from experiments.harness.preregistration import Preregistration

from .common.sweep import PRECISION as PRECISION
from .common.sweep import Point, Sweep, pair
from .common.sweep import chunks as chunks
from .common.sweep import memory_together as memory_together
from .common.sweep import run_chunk as run_chunk
from .common.sweep import run_together as run_together

PAPER = ()
CLAIMS = ()
COST = {"quick": 145, "paper": 480}

TEACHER = (1, 2, 5, 10, 20, 50, 100)
STUDENT = (1, 2, 5, 10, 20, 40)
POINTS = tuple(
    Point({"trained": who, "epochs": epochs}, pair(), {f"{who}_epochs": epochs})
    for who, lengths in (("teacher", TEACHER), ("student", STUDENT))
    for epochs in lengths
)

PREREGISTRATION = Preregistration(
    development=tuple(range(10)),
    first_test_seed=4100,
    primary="test accuracy of student_aux whose teacher had 5 epochs less one whose teacher had 100",
    smallest_effect=0.05,
)
"""By the first record's 10 seeds (standard deviation 0.071) 20 seeds see such a contrast with power 0.8."""

PRESETS = {"quick": Sweep(2, POINTS), "paper": Sweep(20, POINTS, first_seed=4100)}
