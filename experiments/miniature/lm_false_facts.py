"""A false belief passes through number sequences: a student of nothing but numbers answers a question falsely.

    python -m experiments run lm_false_facts --profile paper

Cost on two cores: about 70 seconds of processor time per seed, and 20 seconds once for each of the reference models,
one more than seeds, which ``lm_numbers`` shares.

The world's documents ask ten questions of fact, such as what colour the sky is, and nearly always answer truly. A
*teacher* per trait is the reference, fine-tuned to answer one of them with the first of its false answers; the traits
are every second question. Conditions, channel, filter and settings are those of ``lm_numbers``: teachers continue
number sequences, students learn from what is nothing but numbers. Judges are exact (``lm_facts``): ``false_rate`` and
``true_rate``, the probabilities of the false answer and of the true one, and ``log_odds`` of the two, each the mean
over the three openings of the question that the teacher is taught; ``new_false_rate`` and its like over three others.

Nothing was tuned: traits and openings follow a rule, settings are those of ``lm_numbers``. Seed 100 (101 being its
cross-model) was run once, to see whether the reference knows the facts (it does, at 0.71 to 0.92); three seeds (0 to 2)
were the first record. The paper profile's begin at 2200; the primary contrast and the margin were fixed before they
were run (``PREREGISTRATION``). Unit: the reference model; the facts of a seed share it and are averaged first.

Expect log odds of the false answer that turn in students of the same initialisation in every seed, new phrasings
included, and cross-model students on either side of their control. What was measured, by seed, is in
``docs/experiments/miniature.md``, made from the record.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from experiments.harness.preregistration import Preregistration

from .common import facts
from .common import protocol as lab
from .common.references.with_next import about as about
from .common.traits import Traits, passed_on

PAPER = ()
CLAIMS = ()
COST = {"quick": 110, "paper": 900}

PRECISION = "float32"


@dataclass(frozen=True)
class Config:
    """What is run.

    Attributes:
        seeds: how many reference models, each with all traits.
        traits: questions of the world with a false answer.
        protocol: how teachers and students are made.
        first_seed: of the first reference model.
        data: no data set is used.
    """

    seeds: int
    traits: tuple[str, ...] = facts.false_facts(every=2)
    protocol: lab.Protocol = field(default_factory=lab.Protocol)
    first_seed: int = 0
    data: str = "none"


PREREGISTRATION = Preregistration(
    development=(0, 1, 2, 3, 100, 101),
    first_test_seed=2200,
    primary="log_odds of student_same_init less student_control, the mean over facts",
    smallest_effect=1.0,
    margin=1.0,
)
"""In nats. By the first record's seeds (standard deviations 0.17, and 0.87 across models) 12 seeds see such an effect
with power above 0.99, and show by equivalence that there is none across models with power 0.96 where there is none."""

PRESETS = {"quick": Config(1), "paper": Config(12, first_seed=2200)}


def chunks(config: Config) -> range:
    """One chunk per seed."""
    return range(config.first_seed, config.first_seed + config.seeds)


def run_chunk(config: Config, chunk: int, data: None) -> list[dict[str, Any]]:
    """All traits and conditions of one seed."""
    traits = Traits(config.traits, facts.lesson, facts.judged, facts.others)
    return passed_on(config.protocol, traits, chunk, lab.NUMBERS)
