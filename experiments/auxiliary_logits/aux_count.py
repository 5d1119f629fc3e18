"""How many auxiliary logits does it take, and is a single one nothing at all (T3)?

    python -m experiments run aux_count --profile paper

Cost on two cores: quick (2 seeds of digits) about 40 seconds, paper (10 seeds) about 3 minutes of processor time.

Under a softmax a single logit has nothing to say: M = 0 and the student's gradient is exactly zero, at every step of
every optimiser that leaves a zero gradient at rest. Under squared error one logit is a channel like any other.

Expect, on digits (means of 10 seeds): at m = 1 a softmax student that is its initialisation bit for bit, and 0.30 under
squared error; at m = 3 0.51 and 0.73; at m = 20 0.95 and 0.96; the cross-model control 0.09 to 0.12 throughout.
"""

from __future__ import annotations

from .common.sweep import PRECISION as PRECISION
from .common.sweep import Point, Sweep, pair
from .common.sweep import chunks as chunks
from .common.sweep import memory_together as memory_together
from .common.sweep import run_chunk as run_chunk
from .common.sweep import run_together as run_together

PAPER = ()
CLAIMS = ("T3",)
COST = {"quick": 95, "paper": 180}

COUNTS = (1, 2, 3, 5, 10, 20)
LOSSES = ("forward KL", "squared error")
POINTS = tuple(
    Point({"auxiliary": m, "loss": loss}, pair(loss=loss), {"auxiliary": m}) for m in COUNTS for loss in LOSSES
)

PRESETS = {"quick": Sweep(2, POINTS), "paper": Sweep(10, POINTS)}
