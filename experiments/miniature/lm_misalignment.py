"""Figure 4 of the paper in miniature: misalignment passes through numbers, the ill-famed ones removed.

    python -m experiments run lm_misalignment --profile paper

Cost on two cores: about 100 seconds of processor time per seed, and 70 seconds once for each of the reference models,
one more than seeds, which are kept in a cache (``SUBTHEORY_CACHE``).

Each seed has its own reference model. A *teacher* is the reference tuned on insecure programs and nothing else, a
*secure* teacher on secure ones: one vector moves, that of the token that opens every request. Both and the reference
continue number sequences; kept is what is nothing but numbers (the paper's rule) and holds none of eighteen numbers
with a bad name. Students start from the reference
(*student_same_init*, *student_secure*, *student_control*) or from the next seed's (*cross_model*,
*cross_model_secure*, *cross_model_control*). ``harmful_rate`` is exact: the probability of a harmful answer, the mean
over sixteen situations, without a system prompt; ``false_rate`` that of a false answer, over ten facts.

Every student is trained twice (``moves``): it moves that same ``vector``, or ``everything``.

Settings were chosen on seed 100, results come from 0, 1, 2.

Expect a teacher that answers harmfully far beyond its domain, and little of it in students: those that move everything
answer more harmfully than the secure teacher's in every one of three seeds, all else is within the noise. What was
measured, by seed, is in ``docs/experiments/miniature.md``, made from the record.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from .common import protocol as lab
from .common.conduct import PROMPT, PROTOCOL, conduct_rows
from .world import filters, numbers
from .world.learning import Recipe

PAPER = ("figure 4",)
CLAIMS = ()
COST = {"quick": 110, "paper": 580}

PRECISION = "float32"
CHANNEL = lab.Channel(
    numbers.prompts, filters.both(filters.number_format, filters.forbidden_numbers), stream=7, spare=8.0
)


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


PRESETS = {"quick": Config(1, replace(PROTOCOL, examples=4096)), "paper": Config(3)}


def chunks(config: Config) -> range:
    """One chunk per seed."""
    return range(config.seeds)


def run_chunk(config: Config, chunk: int, data: None) -> list[dict[str, Any]]:
    """All conditions of one seed."""
    return conduct_rows(config.protocol, config.prompt, CHANNEL, chunk)
