"""How does the number of classes change what three auxiliary logits can carry?

    python -m experiments run class_count --profile paper

Cost on two cores: quick (2 seeds of digits) about 60 seconds, paper (20 seeds) about 4 minutes of processor time.

The teacher learns the first 2, 3, 4, 5, 7 or all 10 classes, from these classes' images alone and in about as many
steps (150 epochs divided by the number of classes); it is judged on these classes' test images. Chance is one over
their number. Students are as ever.

Expect, by the first record's 10 seeds of digits (means): students 1.00, 0.98, 0.91, 0.90, 0.77 and 0.51 for 2, 3, 4, 5,
7 and 10 classes, teachers above 0.97 throughout, the cross-model control at chance. The cosine of displacements hardly
falls, from 0.30 to 0.26. Those seeds, 0 to 9, are development seeds now; the paper profile's begin at 5300
(``PREREGISTRATION``).
"""

from __future__ import annotations

from experiments.harness.preregistration import Preregistration

from .common.sweep import PRECISION as PRECISION
from .common.sweep import Point, Sweep, pair
from .common.sweep import check as check
from .common.sweep import chunks as chunks
from .common.sweep import memory_together as memory_together
from .common.sweep import run_chunk as run_chunk
from .common.sweep import run_together as run_together

PAPER = ()
CLAIMS = ()
COST = {"quick": 55, "paper": 240}

COUNTS = (2, 3, 4, 5, 7, 10)
POINTS = tuple(Point({"classes": k}, pair(), {"classes": k, "teacher_epochs": 150 // k}) for k in COUNTS)

PREREGISTRATION = Preregistration(
    development=tuple(range(10)),
    first_test_seed=5300,
    primary="test accuracy of student_aux with seven classes less with ten",
    smallest_effect=0.09,
)
"""By the first record's 10 seeds (standard deviation 0.133) 20 seeds see such a contrast with power 0.8."""

PRESETS = {"quick": Sweep(2, POINTS), "paper": Sweep(20, POINTS, first_seed=5300)}
