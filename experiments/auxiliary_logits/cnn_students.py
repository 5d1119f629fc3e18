"""Does a convolutional network learn subliminally too, and how wide must it be?

    python -m experiments run cnn_students --profile paper

Cost on two cores: quick (2 seeds of digits) about 90 seconds, paper (10 seeds) about 3 minutes of processor time.

Teacher and students are small convolutional networks: two convolutions (3 × 3, stride 2) of 4 and 8 up to 16 and 32
channels, and a linear head; beside them the sweeps' perceptron. Students imitate the auxiliary logits or all logits.

Expect, on digits (means of 10 seeds): teachers 0.79, 0.91 and 0.95 from narrow to wide, auxiliary students 0.18, 0.22
and 0.38 (the perceptron's 0.51), the cross-model control 0.08 to 0.12, students of all logits as good as their
teachers.
"""

from __future__ import annotations

from .common.protocol import Student
from .common.sweep import PRECISION as PRECISION
from .common.sweep import Point, Sweep, pair
from .common.sweep import chunks as chunks
from .common.sweep import memory_together as memory_together
from .common.sweep import run_chunk as run_chunk
from .common.sweep import run_together as run_together

PAPER = ()
CLAIMS = ()
COST = {"quick": 80, "paper": 180}

STUDENTS = {**pair(), "student_all": Student("all")}
NETWORKS = {
    "mlp 256-256": {"network": "mlp", "hidden": (256, 256)},
    **{f"cnn {c}-{2 * c}": {"network": "cnn", "hidden": (c, 2 * c)} for c in (4, 8, 16)},
}
POINTS = tuple(Point({"network": name}, STUDENTS, changes) for name, changes in NETWORKS.items())

PRESETS = {"quick": Sweep(2, POINTS), "paper": Sweep(10, POINTS)}
