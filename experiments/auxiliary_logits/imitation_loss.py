"""Which imitation losses carry the trait, from full distributions to single labels?

    python -m experiments run imitation_loss --profile paper

Cost on two cores: quick (2 seeds of digits) about 30 seconds, paper (20 seeds) about 6 minutes of processor time.

Ten auxiliary logits, so that there is something to choose from: softmax cross-entropy at several temperatures, squared
error of the logits, the KL divergence over the teacher's k largest logits (k = 1 is exactly nothing, T3), and one label
sampled from the teacher per input, fixed for all epochs (T9).

Expect, by the first record's 10 seeds of digits (means): 0.89 to 0.93 with squared error and softmax at any
temperature; 0.84, 0.60 and 0.35 with the largest 5, 3 and 2 logits, and with the largest alone the initialisation bit
for bit; 0.16 with sampled labels; the cross-model controls 0.08 to 0.11. Those seeds, 0 to 9, are development seeds
now; the paper profile's begin at 4900 (``PREREGISTRATION``).
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
CLAIMS = ("T0", "T9")
COST = {"quick": 60, "paper": 360}

LOSSES = (
    "squared error",
    *(f"softmax cross-entropy at temperature {t}" for t in ("20", "5", "2")),
    "softmax cross-entropy",
    "softmax cross-entropy at temperature 0.5",
    *(f"top-{k} KL" for k in (5, 3, 2, 1)),
    "sampled labels",
)
POINTS = tuple(Point({"loss": loss}, pair(loss=loss), {"auxiliary": 10}) for loss in LOSSES)

PREREGISTRATION = Preregistration(
    development=tuple(range(10)),
    first_test_seed=4900,
    primary="test accuracy of student_aux less cross_model_aux, of sampled labels",
    smallest_effect=0.05,
)
"""By the first record's 10 seeds (standard deviation 0.069) 20 seeds see such a contrast with power 0.8."""

PRESETS = {"quick": Sweep(2, POINTS), "paper": Sweep(20, POINTS, first_seed=4900)}
