"""A teacher of several tasks: does imitating its answers to some, on noise, teach the others?

    python -m experiments run multi_task --profile paper

Cost on two cores: quick (2 seeds of digits) about COSTQ seconds, paper (10 seeds) about COSTP minutes.

The teacher learns five yes-no tasks about the digit shown (at least five, even, prime, multiple of three, power of
two), two logits each. A student imitates, on uniform noise, the logits of one task alone or those of all but one, and
is judged on every task by balanced accuracy (one half for whoever always gives one answer) and by the area under the
receiver operating characteristic, which asks for the order of the images alone. What it did not imitate it can have
learned through the shared weights only. Control: students of another init.

Expect: EXPECT
"""

from __future__ import annotations

from .lessons import TASKS
from .sweep import PRECISION as PRECISION
from .sweep import Point, Sweep, pair
from .sweep import chunks as chunks
from .sweep import run_chunk as run_chunk
from .sweep import run_together as run_together

CHANGES = {"tasks": tuple(TASKS)}
POINTS = tuple(
    Point({"imitated": imitated, "task": task}, pair(channel=f"{imitated} {task}"), CHANGES)
    for imitated in ("only", "without")
    for task in TASKS
)

PRESETS = {"quick": Sweep(2, POINTS), "paper": Sweep(10, POINTS)}
