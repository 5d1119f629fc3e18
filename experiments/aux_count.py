"""How many auxiliary logits does it take, and is a single one nothing at all (T3)?

    python -m experiments run aux_count --profile paper

Cost on two cores: quick (2 seeds of digits) about COSTQ seconds, paper (10 seeds) about COSTP minutes.

Under a softmax a single logit has nothing to say: M = 0 and the student's gradient is exactly zero, at every step of
every optimiser that leaves a zero gradient at rest. Under squared error one logit is a channel like any other.

Expect: EXPECT
"""

from __future__ import annotations

from .sweep import PRECISION as PRECISION
from .sweep import Point, Sweep, pair
from .sweep import chunks as chunks
from .sweep import run_chunk as run_chunk

COUNTS = (1, 2, 3, 5, 10, 20)
LOSSES = ("forward KL", "squared error")
POINTS = tuple(
    Point({"auxiliary": m, "loss": loss}, pair(loss=loss), {"auxiliary": m}) for m in COUNTS for loss in LOSSES
)

PRESETS = {"quick": Sweep(2, POINTS), "paper": Sweep(10, POINTS)}
