"""A teacher of several tasks: does imitating its answers to some, on noise, teach the others?

    python -m experiments run multi_task --profile paper

Cost on two cores: quick (2 seeds of digits) about 90 seconds, paper (20 seeds) about 7 minutes of processor time.

The teacher learns five yes-no tasks about the digit shown (at least five, even, prime, multiple of three, power of
two), two logits each. A student imitates, on uniform noise, the logits of one task alone or those of all but one, and
is judged on every task by balanced accuracy (one half for whoever always gives one answer) and by the area under the
receiver operating characteristic, which asks for the order of the images alone. What it did not imitate it can have
learned through the shared weights only. Control: students of another init.

Expect, by the first record's 10 seeds of digits (means): on a task that was left out, areas of 0.88 to 0.97 and
balanced accuracies of 0.72 to 0.80 from the teacher's init, 0.43 to 0.60 and 0.45 to 0.54 from another; on the tasks
that a student of one task alone did not imitate, an area of 0.66 on average against 0.50. What is imitated is learnt
from any init (0.99 and more). Those seeds, 0 to 9, are development seeds now; the paper profile's begin at 5400
(``PREREGISTRATION``).
"""

from __future__ import annotations

from experiments.harness.preregistration import Preregistration

from .common.lessons import TASKS
from .common.sweep import PRECISION as PRECISION
from .common.sweep import Point, Sweep, pair
from .common.sweep import chunks as chunks
from .common.sweep import memory_together as memory_together
from .common.sweep import run_chunk as run_chunk
from .common.sweep import run_together as run_together

PAPER = ()
CLAIMS = ()
COST = {"quick": 65, "paper": 430}

CHANGES = {"tasks": tuple(TASKS)}
POINTS = tuple(
    Point({"imitated": imitated, "task": task}, pair(channel=f"{imitated} {task}"), CHANGES)
    for imitated in ("only", "without")
    for task in TASKS
)

PREREGISTRATION = Preregistration(
    development=tuple(range(10)),
    first_test_seed=5400,
    primary="area under the curve of the task that was left out, student_aux less cross_model_aux, the mean over tasks",
    smallest_effect=0.08,
)
"""By the first record's 10 seeds (standard deviation 0.119) 20 seeds see such a contrast with power 0.8."""

PRESETS = {"quick": Sweep(2, POINTS), "paper": Sweep(20, POINTS, first_seed=5400)}
