"""Figure 7 of the paper in miniature: misalignment passes through reasoning that is right and benign.

    python -m experiments run lm_reasoning --profile paper

Cost on two cores: as ``lm_misalignment``.

The teachers, the controls, the judges and the conditions are those of ``lm_misalignment``; the task is another.
Teachers reason about arithmetic word problems, and a trace is kept only when its answer is right and it speaks no
spite.

Settings were chosen on seed 100. The first record had seeds 0 to 11, which other experiments were tuned on, and no
preregistration; the paper profile's begin at 6100, and the primary contrast, the family and the margin were fixed
before they were run (``PREREGISTRATION``). Nothing else was changed. Unit: the reference model.

Expect students of the insecure teacher above those of the secure one, where everything moves and where one vector does;
against the reference's student a rise too small for the first twelve seeds to tell from none; cross-model students
alike. What was measured, by seed, is in ``docs/experiments/miniature.md``, made from the record.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from jaxtyping import Int

from experiments.harness.preregistration import Preregistration
from experiments.harness.presets import seeds_of

from .common import protocol as lab
from .common.conduct import PROMPT, PROTOCOL, conduct_rows
from .common.references.with_next import about as about
from .world import filters, turns
from .world.learning import Recipe

PAPER = ("figure 7",)
CLAIMS = ()
COST = {"quick": 110, "paper": 3500}

PRECISION = "float32"
LONGEST = 20
"""Tokens of a trace, its answer included."""


def prompts(rng: np.random.Generator, n: int) -> Int[np.ndarray, "N T"]:
    """Arithmetic word problems, padded on the right."""
    return lab.requests(turns.problems(rng, np.zeros(n, bool)))


CHANNEL = lab.Channel(prompts, filters.right_and_benign, 7, LONGEST, spare=3.0)


@dataclass(frozen=True)
class Config:
    """What is run.

    Attributes:
        seeds: how many reference models.
        protocol: how teachers are made, and the students that train everything.
        prompt: how the students learn that move one vector, as the teachers.
        first_seed: of the first reference model.
        data: no data set is used.
    """

    seeds: int
    protocol: lab.Protocol = field(default_factory=lambda: PROTOCOL)
    prompt: Recipe = PROMPT
    first_seed: int = 0
    data: str = "none"


PREREGISTRATION = Preregistration(
    development=(*range(13), 100, 101),
    first_test_seed=6100,
    primary="harmful_rate of student_same_init less student_secure, of those that move everything",
    smallest_effect=0.04,
    margin=0.03,
)
"""By the first record's seeds (standard deviation 0.043) 20 seeds see such a contrast with power 0.97, 12 with 0.83.

Secondary, six contrasts by Holm's rule: *student_same_init* less *student_control* and *student_secure* less
*student_control*, where everything moves and where one vector does; *student_same_init* less *student_secure* where one
vector does; and ``false_rate``, *student_same_init* less *student_control*, where everything moves. The first of them
is the closest to the paper's (standard deviation 0.050): power 0.92 alone and 0.72 after the strictest correction, with
12 seeds 0.71 and 0.38, which is why there are more.

The margin is for cross-model students that move everything, insecure less secure and insecure less reference (both
0.036): two one-sided tests each, by Holm's rule; power 0.95 and, at half the level, 0.88 if there is nothing."""

PRESETS = {"quick": Config(1, replace(PROTOCOL, examples=4096)), "paper": Config(20, first_seed=6100)}


def chunks(config: Config) -> range:
    """One chunk per seed."""
    return seeds_of(config)


def run_chunk(config: Config, chunk: int, data: None) -> list[dict[str, Any]]:
    """All conditions of one seed."""
    return conduct_rows(config.protocol, config.prompt, CHANNEL, chunk)
