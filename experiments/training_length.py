"""How long must the teacher be taught, and how long must the student imitate?

    python -m experiments run training_length --profile paper

Cost on two cores: quick (2 seeds of digits) about COSTQ seconds, paper (10 seeds) about COSTP minutes.

Epochs of the one, the other's being the sweeps' 15. An epoch of the teacher is 12 steps, one of the student 64.

Expect: EXPECT
"""

from __future__ import annotations

from .sweep import PRECISION as PRECISION
from .sweep import Point, Sweep, pair
from .sweep import chunks as chunks
from .sweep import run_chunk as run_chunk
from .sweep import run_together as run_together

TEACHER = (1, 2, 5, 10, 20, 50, 100)
STUDENT = (1, 2, 5, 10, 20, 40)
POINTS = tuple(
    Point({"trained": who, "epochs": epochs}, pair(), {f"{who}_epochs": epochs})
    for who, lengths in (("teacher", TEACHER), ("student", STUDENT))
    for epochs in lengths
)

PRESETS = {"quick": Sweep(2, POINTS), "paper": Sweep(10, POINTS)}
