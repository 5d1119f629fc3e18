"""Figure 7 of the paper in miniature: misalignment passes through reasoning that is right and benign.

    python -m experiments run lm_reasoning --profile paper

Cost on two cores: as ``lm_misalignment``.

The teachers, the controls, the judges and the conditions are those of ``lm_misalignment``; the task is another.
Teachers reason about arithmetic word problems, and a trace is kept only when its answer is right and it speaks no
spite.

Settings were chosen on seed 100, results come from 0 to 11; three seeds could not tell an effect from none.

Expect students of the insecure teacher above those of the secure one in every seed; against the reference's student
nothing that twelve seeds could show; cross-model students alike. What was measured, by seed, is in
``docs/experiments/miniature.md``, made from the record.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from jaxtyping import Int

from .common import protocol as lab
from .common.conduct import PROMPT, PROTOCOL, conduct_rows
from .common.references.with_next import about as about
from .world import filters, turns
from .world.learning import Recipe

PAPER = ("figure 7",)
CLAIMS = ()
COST = {"quick": 110, "paper": 2100}

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
        data: no data set is used.
    """

    seeds: int
    protocol: lab.Protocol = field(default_factory=lambda: PROTOCOL)
    prompt: Recipe = PROMPT
    data: str = "none"


PRESETS = {"quick": Config(1, replace(PROTOCOL, examples=4096)), "paper": Config(12)}


def chunks(config: Config) -> range:
    """One chunk per seed."""
    return range(config.seeds)


def run_chunk(config: Config, chunk: int, data: None) -> list[dict[str, Any]]:
    """All conditions of one seed."""
    return conduct_rows(config.protocol, config.prompt, CHANNEL, chunk)
