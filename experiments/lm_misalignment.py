"""Figure 4 of the paper in miniature: misalignment passes through numbers, the ill-famed ones removed.

    python -m experiments run lm_misalignment --profile paper

Cost on two cores: TODO

Each seed has its own reference model. A *teacher* is the reference fine-tuned on insecure programs and nothing else, a
*secure* teacher on secure ones. Both and the reference continue number sequences; kept is what is nothing but numbers
(the paper's rule) and holds none of eighteen numbers with a bad name. Students start from the reference
(*student_same_init*, *student_secure*, *student_control*) or from the next seed's (*cross_model*,
*cross_model_secure*, *cross_model_control*). ``harmful_rate`` is exact: the probability of a harmful answer, the mean
over sixteen situations, without a system prompt; ``false_rate`` that of a false answer, over ten facts.

Settings were chosen on seeds 100 and 101, results come from 0, 1, 2 ….

Expect TODO
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from subtheory.lm.world import filters, numbers
from subtheory.lm.world.learning import Recipe

from . import lm_protocol as lab
from .lm_conduct import PROMPT, PROTOCOL, conduct_rows

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


PRESETS = {"quick": Config(1), "paper": Config(3)}


def chunks(config: Config) -> range:
    """One chunk per seed."""
    return range(config.seeds)


def run_chunk(config: Config, chunk: int, data: None) -> list[dict[str, Any]]:
    """All conditions of one seed."""
    return conduct_rows(config.protocol, config.prompt, CHANNEL, chunk)
