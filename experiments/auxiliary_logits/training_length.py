"""How long must the teacher be taught, and how long must the student imitate?

    python -m experiments run training_length --profile paper

Cost on two cores: quick (2 seeds of digits) about 80 seconds, paper (10 seeds) about 4 minutes of processor time.

Epochs of the one, the other's being the sweeps' 15. An epoch of the teacher is 12 steps, one of the student 64.

Expect, on digits (means of 10 seeds): the student's accuracy rises from 0.58 with a teacher of one epoch to 0.67 with
two, and falls from there to 0.42 with a hundred, while the teacher gets no worse; with its own epochs it rises all the
way, from 0.18 after one to 0.61 after forty.
"""

from __future__ import annotations

from .common.sweep import PRECISION as PRECISION
from .common.sweep import Point, Sweep, pair
from .common.sweep import chunks as chunks
from .common.sweep import memory_together as memory_together
from .common.sweep import run_chunk as run_chunk
from .common.sweep import run_together as run_together

PAPER = ()
CLAIMS = ()
COST = {"quick": 145, "paper": 240}

TEACHER = (1, 2, 5, 10, 20, 50, 100)
STUDENT = (1, 2, 5, 10, 20, 40)
POINTS = tuple(
    Point({"trained": who, "epochs": epochs}, pair(), {f"{who}_epochs": epochs})
    for who, lengths in (("teacher", TEACHER), ("student", STUDENT))
    for epochs in lengths
)

PRESETS = {"quick": Sweep(2, POINTS), "paper": Sweep(10, POINTS)}
