"""Which imitation losses carry the trait, from full distributions to single labels?

    python -m experiments run imitation_loss --profile paper

Cost on two cores: quick (2 seeds of digits) about 30 seconds, paper (10 seeds) about 3 minutes of processor time.

Ten auxiliary logits, so that there is something to choose from: softmax cross-entropy at several temperatures, squared
error of the logits, the KL divergence over the teacher's k largest logits (k = 1 is exactly nothing, T3), and one label
sampled from the teacher per input, fixed for all epochs (T9).

Expect, on digits (means of 10 seeds): 0.89 to 0.93 with squared error and softmax at any temperature; 0.84, 0.60 and
0.35 with the largest 5, 3 and 2 logits, and with the largest alone the initialisation bit for bit; 0.16 with sampled
labels; the cross-model controls 0.08 to 0.11.
"""

from __future__ import annotations

from .common.sweep import PRECISION as PRECISION
from .common.sweep import Point, Sweep, pair
from .common.sweep import chunks as chunks
from .common.sweep import memory_together as memory_together
from .common.sweep import run_chunk as run_chunk
from .common.sweep import run_together as run_together

PAPER = ()
CLAIMS = ("T0", "T9")
COST = {"quick": 60, "paper": 180}

LOSSES = (
    "squared error",
    *(f"softmax cross-entropy at temperature {t}" for t in ("20", "5", "2")),
    "softmax cross-entropy",
    "softmax cross-entropy at temperature 0.5",
    *(f"top-{k} KL" for k in (5, 3, 2, 1)),
    "sampled labels",
)
POINTS = tuple(Point({"loss": loss}, pair(loss=loss), {"auxiliary": 10}) for loss in LOSSES)

PRESETS = {"quick": Sweep(2, POINTS), "paper": Sweep(10, POINTS)}
