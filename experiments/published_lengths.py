"""What others published about the lengths of training in the MNIST experiment, measured again.

    python -m experiments run published_lengths --profile paper --data-dir MNIST

Cost on two cores: quick (one seed of digits, with fewer inputs) about COSTQ seconds; paper (5 seeds of MNIST) about
COSTP minutes of processor time.

The paper's protocol with another number of epochs for the student or for the teacher.

Expect: EXPECT
"""

from __future__ import annotations

from .auxiliary_protocol import MNIST, Student
from .published_numbers import DIGITS
from .sweep import PRECISION as PRECISION
from .sweep import Point, Sweep
from .sweep import chunks as chunks
from .sweep import run_chunk as run_chunk
from .sweep import run_together as run_together

AUX = {"student_aux": Student()}
POINTS = (
    *(Point({"preset": f"student epochs {n}"}, AUX, {"student_epochs": n}) for n in (1, 40)),
    *(Point({"preset": f"teacher epochs {n}"}, AUX, {"teacher_epochs": n}) for n in (2, 20)),
)

PRESETS = {
    "quick": Sweep(1, POINTS, digits=DIGITS),
    "paper": Sweep(5, POINTS, data="mnist", digits=DIGITS, mnist=MNIST),
}
