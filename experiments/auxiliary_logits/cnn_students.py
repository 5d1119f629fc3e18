"""Does a convolutional network learn subliminally too, and how wide must it be?

    python -m experiments run cnn_students --profile paper

Cost on two cores: quick (2 seeds of digits) about 90 seconds, paper (20 seeds) about 7 minutes of processor time.

Teacher and students are small convolutional networks: two convolutions (3 × 3, stride 2) of 4 and 8 up to 16 and 32
channels, and a linear head; beside them the sweeps' perceptron. Students imitate the auxiliary logits or all logits.

Expect, by the first record's 10 seeds of digits (means): teachers 0.79, 0.91 and 0.95 from narrow to wide, auxiliary
students 0.18, 0.22 and 0.38 (the perceptron's 0.51), the cross-model control 0.08 to 0.12, students of all logits as
good as their teachers. Those seeds, 0 to 9, are development seeds now; the paper profile's begin at 5200
(``PREREGISTRATION``).
"""

from __future__ import annotations

from experiments.harness.preregistration import Preregistration

from .common.protocol import Student
from .common.sweep import PRECISION as PRECISION
from .common.sweep import Point, Sweep, pair
from .common.sweep import chunks as chunks
from .common.sweep import memory_together as memory_together
from .common.sweep import run_chunk as run_chunk
from .common.sweep import run_together as run_together

PAPER = ()
CLAIMS = ()
COST = {"quick": 80, "paper": 410}

STUDENTS = {**pair(), "student_all": Student("all")}
NETWORKS = {
    "mlp 256-256": {"network": "mlp", "hidden": (256, 256)},
    **{f"cnn {c}-{2 * c}": {"network": "cnn", "hidden": (c, 2 * c)} for c in (4, 8, 16)},
}
POINTS = tuple(Point({"network": name}, STUDENTS, changes) for name, changes in NETWORKS.items())

PREREGISTRATION = Preregistration(
    development=tuple(range(10)),
    first_test_seed=5200,
    primary="test accuracy of student_aux with 16 and 32 channels less with 4 and 8",
    smallest_effect=0.07,
)
"""By the first record's 10 seeds (standard deviation 0.105) 20 seeds see such a contrast with power 0.8."""

PRESETS = {"quick": Sweep(2, POINTS), "paper": Sweep(20, POINTS, first_seed=5200)}
