"""What others published about the lengths of training in the MNIST experiment, measured again.

    python -m experiments run published_lengths --profile paper --data-dir MNIST

Cost on two cores: quick (one seed of digits, with fewer inputs) about 30 seconds; paper (20 seeds of MNIST) about
half an hour of processor time.

The paper's protocol with another number of epochs for the student or for the teacher.

Expect, by the first record's 5 seeds of MNIST (means; published in brackets): 0.21 (0.197) after one epoch of the
student and 0.80 (0.772) after forty; 0.65 (0.626) with a teacher of two epochs and 0.38 (0.351) with one of twenty.
Those seeds, 0 to 4, are development seeds now; the paper profile's begin at 4800 (``PREREGISTRATION``).
"""

from __future__ import annotations

from experiments.harness.preregistration import Preregistration

from .common.protocol import MNIST, Student
from .common.sweep import PRECISION as PRECISION
from .common.sweep import Point, Sweep
from .common.sweep import chunks as chunks
from .common.sweep import memory_together as memory_together
from .common.sweep import run_chunk as run_chunk
from .common.sweep import run_together as run_together
from .published_numbers import DIGITS

PAPER = ("figure 10",)
CLAIMS = ()
COST = {"quick": 25, "paper": 1700}

AUX = {"student_aux": Student()}
POINTS = (
    *(Point({"preset": f"student epochs {n}"}, AUX, {"student_epochs": n}) for n in (1, 40)),
    *(Point({"preset": f"teacher epochs {n}"}, AUX, {"teacher_epochs": n}) for n in (2, 20)),
)

PREREGISTRATION = Preregistration(
    development=tuple(range(5)),
    first_test_seed=4800,
    primary="test accuracy of student_aux after 40 epochs of the student less after one",
    smallest_effect=0.045,
)
"""By the first record's 5 seeds (standard deviation 0.061) 20 seeds see such a contrast with power 0.8."""

PRESETS = {
    "quick": Sweep(1, POINTS, digits=DIGITS),
    "paper": Sweep(20, POINTS, data="mnist", digits=DIGITS, mnist=MNIST, first_seed=4800),
}
