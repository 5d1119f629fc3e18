"""How many auxiliary logits does it take, and is a single one nothing at all (T3)?

    python -m experiments run aux_count --profile paper

Cost on two cores: quick (2 seeds of digits) about 40 seconds, paper (20 seeds) about 6 minutes of processor time.

Under a softmax a single logit has nothing to say: M = 0 and the student's gradient is exactly zero, at every step of
every optimiser that leaves a zero gradient at rest. Under squared error one logit is a channel like any other.

Expect, by the first record's 10 seeds of digits (means): at m = 1 a softmax student that is its initialisation bit for
bit, and 0.30 under squared error; at m = 3 0.51 and 0.73; at m = 20 0.95 and 0.96; the cross-model control 0.09 to 0.12
throughout. Those seeds, 0 to 9, are development seeds now; the paper profile's begin at 4000 (``PREREGISTRATION``).
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
CLAIMS = ("T3",)
COST = {"quick": 95, "paper": 360}

COUNTS = (1, 2, 3, 5, 10, 20)
LOSSES = ("forward KL", "squared error")
POINTS = tuple(
    Point({"auxiliary": m, "loss": loss}, pair(loss=loss), {"auxiliary": m}) for m in COUNTS for loss in LOSSES
)

PREREGISTRATION = Preregistration(
    development=tuple(range(10)),
    first_test_seed=4000,
    primary="test accuracy of student_aux at ten auxiliary logits less at three, forward KL",
    smallest_effect=0.06,
)
"""By the first record's 10 seeds (standard deviation 0.09) 20 seeds see such a contrast with power 0.8."""

PRESETS = {"quick": Sweep(2, POINTS), "paper": Sweep(20, POINTS, first_seed=4000)}
