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

Settings were chosen on seed 100; three seeds (0 to 2) were the first record. The paper profile's begin at 2600; the
primary contrast was fixed before they were run (``PREREGISTRATION``). Unit: the reference model.

Expect a teacher that answers harmfully far beyond its domain, and little of it in students: those that move everything
answered more harmfully than the secure teacher's in every one of the first three seeds, all else was within the noise.
What was measured, by seed, is in ``docs/experiments/miniature.md``, made from the record.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from experiments.harness.preregistration import Preregistration
from experiments.harness.presets import seeds_of

from .common import protocol as lab
from .common.conduct import PROMPT, PROTOCOL, conduct_rows
from .common.references.with_next import about as about
from .world import filters, numbers
from .world.learning import Recipe

PAPER = ("figure 4",)
CLAIMS = ()
COST = {"quick": 110, "paper": 2300}

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
        first_seed: of the first reference model.
        data: no data set is used.
    """

    seeds: int
    protocol: lab.Protocol = field(default_factory=lambda: PROTOCOL)
    prompt: Recipe = PROMPT
    first_seed: int = 0
    data: str = "none"


PREREGISTRATION = Preregistration(
    development=(0, 1, 2, 3, 100, 101),
    first_test_seed=2600,
    primary="harmful_rate of student_same_init less student_secure, of those that move everything",
    smallest_effect=0.02,
)
"""By the first record's seeds (standard deviation 0.010 of three, which may be luck) 12 seeds see such a contrast with
power above 0.99, and with power 0.8 if the deviation is 0.022."""

PRESETS = {"quick": Config(1, replace(PROTOCOL, examples=4096)), "paper": Config(12, first_seed=2600)}


def chunks(config: Config) -> range:
    """One chunk per seed."""
    return seeds_of(config)


def run_chunk(config: Config, chunk: int, data: None) -> list[dict[str, Any]]:
    """All conditions of one seed."""
    return conduct_rows(config.protocol, config.prompt, CHANNEL, chunk)
