"""How far from the teacher's initialisation may a student start, and in which direction?

    python -m experiments run init_distance --profile paper

Cost on two cores: quick (2 seeds of digits) about 40 seconds, paper (20 seeds) about 8 minutes of processor time.

Students start on the way to another initialisation (*interpolated*: at 0 the teacher's, at 1 an independent one, the
control), or at the teacher's plus Gaussian noise of standard deviation σ: on the *whole network*, on one layer only, on
the whole network but *orthogonal* to the gradient of the teacher's loss, or as far as that noise goes but *along* the
gradient. A weight of the initialisation has a standard deviation of 1/8 in the first layer and 1/16 after it.

Expect, by the first record's 10 seeds of digits (means): 0.51 from the shared initialisation, 0.37 at t = 0.3, 0.19 at
0.4 and chance from 0.6 on; with noise on the whole network 0.49 at σ = 0.01, 0.21 at 0.05 and chance from 0.1 on, the
same if the noise is orthogonal to the gradient; with noise of 0.1 on one layer alone 0.24 (first), 0.20 (second) and
0.17 (head); chance as far along the gradient as noise of 0.01 goes. Those seeds, 0 to 9, are development seeds now; the
paper profile's begin at 4200 (``PREREGISTRATION``).
"""

from __future__ import annotations

from dataclasses import replace

from experiments.harness.preregistration import Preregistration

from .common.protocol import Student
from .common.sweep import PRECISION as PRECISION
from .common.sweep import Point, Sweep
from .common.sweep import chunks as chunks
from .common.sweep import memory_together as memory_together
from .common.sweep import run_chunk as run_chunk
from .common.sweep import run_together as run_together

PAPER = ()
CLAIMS = ("T4",)
COST = {"quick": 105, "paper": 480}

SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.6, 1.0)
SIGMAS = (0.01, 0.02, 0.05, 0.1, 0.2)
KINDS = {
    "whole network": Student(init="perturbed"),
    "fc1": Student(init="perturbed", layers=("layers/0",)),
    "fc2": Student(init="perturbed", layers=("layers/1",)),
    "head": Student(init="perturbed", layers=("layers/2",)),
    "orthogonal": Student(init="perturbed orthogonally"),
    "along": Student(init="perturbed along"),
}
POINTS = (
    *(
        Point({"kind": "interpolated", "amount": t}, {"student_aux": Student(init="interpolated", amount=t)})
        for t in SHARES
    ),
    *(
        Point({"kind": kind, "amount": sigma}, {"student_aux": replace(student, amount=sigma)})
        for kind, student in KINDS.items()
        for sigma in SIGMAS
    ),
)

PREREGISTRATION = Preregistration(
    development=tuple(range(10)),
    first_test_seed=4200,
    primary="test accuracy of student_aux at 0.4 of the way to another initialisation less at the end of it",
    smallest_effect=0.055,
)
"""By the first record's 10 seeds (standard deviation 0.079) 20 seeds see such a contrast with power 0.8."""

PRESETS = {"quick": Sweep(2, POINTS), "paper": Sweep(20, POINTS, first_seed=4200)}
