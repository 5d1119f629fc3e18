"""A teacher of several tasks: does imitating its answers to some, on noise, teach the others?

    python -m experiments run multi_task --profile paper

Cost on two cores: quick (2 seeds of digits) about 90 seconds, paper (10 seeds) about 3 minutes of processor time.

The teacher learns five yes-no tasks about the digit shown (at least five, even, prime, multiple of three, power of
two), two logits each. A student imitates, on uniform noise, the logits of one task alone or those of all but one, and
is judged on every task by balanced accuracy (one half for whoever always gives one answer) and by the area under the
receiver operating characteristic, which asks for the order of the images alone. What it did not imitate it can have
learned through the shared weights only. Control: students of another init.

Expect, on digits (means of 10 seeds): on a task that was left out, areas of 0.88 to 0.97 and balanced accuracies of
0.72 to 0.80 from the teacher's init, 0.43 to 0.60 and 0.45 to 0.54 from another; on the tasks that a student of one
task alone did not imitate, an area of 0.66 on average against 0.50. What is imitated is learnt from any init (0.99 and
more).
"""

from __future__ import annotations

from .common.lessons import TASKS
from .common.sweep import PRECISION as PRECISION
from .common.sweep import Point, Sweep, pair
from .common.sweep import chunks as chunks
from .common.sweep import memory_together as memory_together
from .common.sweep import run_chunk as run_chunk
from .common.sweep import run_together as run_together

PAPER = ()
CLAIMS = ()
COST = {"quick": 65, "paper": 180}

CHANGES = {"tasks": tuple(TASKS)}
POINTS = tuple(
    Point({"imitated": imitated, "task": task}, pair(channel=f"{imitated} {task}"), CHANGES)
    for imitated in ("only", "without")
    for task in TASKS
)

PRESETS = {"quick": Sweep(2, POINTS), "paper": Sweep(10, POINTS)}
