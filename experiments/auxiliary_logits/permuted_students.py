"""What do raw parameters say about a student whose hidden units stand in another order (T13)?

    python -m experiments run permuted_students --profile paper

Cost on two cores: quick (2 seeds of digits) about 25 seconds, paper (10 seeds) about 80 seconds of processor time.

A share of the student's hidden units is moved, each with its incoming and its outgoing weights (*student_aux*): the
same function in another order, and after undoing the permutation the very same training. Control: the incoming weights
alone are moved (*scrambled_aux*), which is another function made of the same weights.

Expect, on digits (means of 10 seeds): permuted students reach 0.51 whatever the share, with an aligned cosine of 0.264
throughout, while the raw cosine falls from 0.264 to 0.015; scrambled students fall to 0.39 at a share of 0.05, to 0.25
at 0.25 and to chance at 1. In single precision a permutation changes the order of sums, and with it a few test images.
"""

from __future__ import annotations

from .common.protocol import Student
from .common.sweep import PRECISION as PRECISION
from .common.sweep import Point, Sweep
from .common.sweep import chunks as chunks
from .common.sweep import memory_together as memory_together
from .common.sweep import run_chunk as run_chunk
from .common.sweep import run_together as run_together

PAPER = ()
CLAIMS = ("T13",)
COST = {"quick": 40, "paper": 80}

SHARES = (0.0, 0.05, 0.1, 0.25, 0.5, 1.0)
POINTS = tuple(
    Point(
        {"share": share},
        {
            "student_aux": Student(init="permuted", amount=share),
            "scrambled_aux": Student(init="scrambled", amount=share),
        },
    )
    for share in SHARES
)

PRESETS = {"quick": Sweep(2, POINTS), "paper": Sweep(10, POINTS)}
