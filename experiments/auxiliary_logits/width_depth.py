"""Does a wider or deeper network learn more, or less, from its auxiliary logits?

    python -m experiments run width_depth --profile paper

Cost on two cores: quick (2 seeds of digits) about 70 seconds, paper (20 seeds) about 8 minutes of processor time.

Width of two hidden layers, and number of hidden layers of width 256; learning rates are the same for all.

Expect, by the first record's 10 seeds of digits (means): accuracy rises with width from 0.35 (16 units) to 0.63 (64 and
128) and falls again to 0.37 (512); it falls with depth, from 0.59 with one hidden layer to 0.23 with four. Those seeds,
0 to 9, are development seeds now; the paper profile's begin at 4300 (``PREREGISTRATION``).
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
CLAIMS = ()
COST = {"quick": 80, "paper": 480}

WIDTHS = (16, 32, 64, 128, 256, 512)
DEPTHS = (1, 2, 3, 4)
POINTS = (
    *(Point({"swept": "width", "size": width}, pair(), {"hidden": (width, width)}) for width in WIDTHS),
    *(Point({"swept": "depth", "size": depth}, pair(), {"hidden": (256,) * depth}) for depth in DEPTHS),
)

PREREGISTRATION = Preregistration(
    development=tuple(range(10)),
    first_test_seed=4300,
    primary="test accuracy of student_aux with 128 units less with 16",
    smallest_effect=0.125,
)
"""By the first record's 10 seeds (standard deviation 0.186) 20 seeds see such a contrast with power 0.8."""

PRESETS = {"quick": Sweep(2, POINTS), "paper": Sweep(20, POINTS, first_seed=4300)}
