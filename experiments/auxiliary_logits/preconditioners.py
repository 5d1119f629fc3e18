"""Must the student's optimiser adapt? Preconditioners |g|^(−2s) from gradient descent (s = 0) to sign descent (s = ½).

    python -m experiments run preconditioners --profile paper

Cost on two cores: quick (2 seeds of digits) about two minutes, paper (20 seeds) about 10 minutes of processor time.

Blank et al. (arXiv 2606.00995) report that language models transmit under adaptive optimisers and not under gradient
descent. Here nothing adapts over time: a student's step is −α |g|^(−2s) g, entry by entry, which is a preconditioned
step of T8 for every s. All students imitate the same teacher (trained by Adam) for the same 960 steps, each power at
the learning rate at which a development student came about as far as its teacher had, and at a quarter of it, so that
how *far* a student moves can be told from *where to*. The cross-model control differs by its init alone.

Rates were chosen on development seed 0 by the length of displacements, no accuracy was looked at; the paper profile's
seeds begin at 5700, and the contrast that decides was fixed before they were run (``PREREGISTRATION``).

Expect, by ``optimisers``: something at every power. What was measured is in ``docs/experiments/auxiliary_logits.md``,
made from the record.
"""

from __future__ import annotations

from experiments.harness.preregistration import Preregistration
from subtheory.simulation.optimisers import POWERS

from .common.sweep import PRECISION as PRECISION
from .common.sweep import Point, Sweep, pair
from .common.sweep import chunks as chunks
from .common.sweep import memory_together as memory_together
from .common.sweep import run_chunk as run_chunk
from .common.sweep import run_together as run_together

PAPER = ()
CLAIMS = ("T8",)
COST = {"quick": 115, "paper": 600}

FULL = {"sgd": 2.0, "power 1/8": 0.8, "power 1/4": 0.12, "power 3/8": 0.012, "sign": 1e-3}
"""Optimiser → the rate at which a development student came about as far as its teacher (0.8 to 1.2 of its way)."""
S = {"sgd": 0.0, **POWERS, "sign": 0.5}
PARTS = (0.25, 1.0)
POINTS = tuple(
    Point(
        {"power": S[name], "rate": part},
        pair(),
        {"student_optimiser": name, "student_rate": part * rate},
    )
    for name, rate in FULL.items()
    for part in PARTS
)

PREREGISTRATION = Preregistration(
    development=(0, 1),
    first_test_seed=5700,
    primary="test accuracy of student_aux less cross_model_aux at s = 0, plain gradient descent, at its full rate",
    smallest_effect=0.05,
)
"""By the spread of ``optimisers``, first record (standard deviation 0.066), 20 seeds see such a contrast with power
0.89; whether plain descent carries *less* than sign descent is shown beside it."""

PRESETS = {"quick": Sweep(2, POINTS), "paper": Sweep(20, POINTS, first_seed=5700)}
