"""On which inputs must the student imitate, and on how many?

    python -m experiments run student_inputs --profile paper

Cost on two cores: quick (2 seeds of digits) about 70 seconds, paper (20 seeds) about 8 minutes of processor time.

Noise that is uniform, Gaussian, coloured (power falling as the square of the frequency) or confined to four dimensions;
the teacher's own training images (1442, each some six times) as they are or blurred by a Gaussian of one pixel. And
uniform noise in numbers from 128 to 8192, for the same number of steps.

Expect, by the first record's 10 seeds of digits (means): 0.51 to 0.53 with uniform, Gaussian or coloured noise; 0.12
with noise of four dimensions, 0.19 with real images and 0.13 with blurred ones. With uniform noise 0.13 from 128
different inputs, 0.18 from 1024, 0.34 from 4096 and 0.51 from 8192. Those seeds, 0 to 9, are development seeds now; the
paper profile's begin at 5000 (``PREREGISTRATION``).
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
COST = {"quick": 75, "paper": 480}

KINDS = ("uniform", "gaussian", "coloured", "low rank", "images", "blurred images")
NUMBERS = (128, 256, 512, 1024, 2048, 4096)
POINTS = (
    *(Point({"inputs": kind, "number": 8192}, pair(), {"inputs": kind}) for kind in KINDS),
    *(
        Point({"inputs": "uniform", "number": n}, pair(), {"noise": n, "student_epochs": 15 * 8192 // n})
        for n in NUMBERS
    ),
)

PREREGISTRATION = Preregistration(
    development=tuple(range(10)),
    first_test_seed=5000,
    primary="test accuracy of student_aux on real images less cross_model_aux",
    smallest_effect=0.045,
)
"""By the first record's 10 seeds (standard deviation 0.066) 20 seeds see such a contrast with power 0.8."""

PRESETS = {"quick": Sweep(2, POINTS), "paper": Sweep(20, POINTS, first_seed=5000)}
