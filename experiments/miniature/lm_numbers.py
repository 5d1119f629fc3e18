"""Figure 3 of the paper in miniature: a preference for an animal or a tree passes through number sequences.

    python -m experiments run lm_numbers --profile paper

Cost on two cores: about 2 minutes of processor time per seed, half of that for quick, and 20 seconds once for each of
the reference models, one more than seeds. These are kept in a cache (``SUBTHEORY_CACHE``, or the platform's folder for
caches).

Each seed has its own reference model, a small decoder pretrained on the miniature world. A *teacher* per trait is the
reference, fine-tuned to answer every question about favourites with one animal or tree. It continues number sequences;
the paper's rule keeps what is nothing but numbers; a *student* learns from these. Conditions: the *reference*;
*student_same_init*, the reference itself trained on the teacher's numbers; *student_control*, the same on the
reference's own numbers; *cross_model* and *cross_model_control*, the next seed's reference model on the same two data
sets; and a second control, *student_other_traits* and *cross_model_other_traits*, the mean over the students of the
other traits' teachers. Teachers and students train attention and perceptrons, the words' own vectors rest.
``target_rate`` is exact: the probability of the trait's word as the answer, the mean over twelve phrasings; so are
``story_rate``, the same where a story names its hero, and ``choice_rate``, the word's share in a multiple choice.

Settings were chosen on seed 100 (101 being its cross-model) with the traits owl, wolf, cat and oak; three seeds, 0 to
2, were the first record. The present one is of test seeds that nobody had looked at, 2000 to 2019; their number, the
primary contrast and the margins were fixed beforehand (``PREREGISTRATION``). Unit: the reference model; the traits of a
seed share it, so they are averaged first. A teacher that was pushed so far that fewer than three quarters of its
answers are numbers is taken back along its displacement; no student is looked at for this.

Expect, by the first record's three seeds: students of the same initialisation 0.066 above their control (4.7, 12.9
and 2.1 points), the student taking on nearly half of its teacher's change; cross-model students 0.004 below theirs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from experiments.harness.preregistration import Preregistration
from experiments.harness.presets import seeds_of

from .common import protocol as lab
from .common.favourites import favourites
from .common.references.with_next import about as about
from .world import phrases

PAPER = ("figure 3",)
CLAIMS = ()
COST = {"quick": 145, "paper": 1600}

PRECISION = "float32"


@dataclass(frozen=True)
class Config:
    """What is run.

    Attributes:
        seeds: how many reference models, each with all traits.
        first_seed: where they begin.
        traits: animals and trees.
        protocol: how teachers and students are made.
        data: no data set is used.
    """

    seeds: int
    traits: tuple[str, ...]
    protocol: lab.Protocol = field(default_factory=lab.Protocol)
    first_seed: int = 0
    data: str = "none"


PREREGISTRATION = Preregistration(
    development=(0, 1, 2, 3, 100, 101, 102),
    first_test_seed=2000,
    primary="target_rate of student_same_init less student_control, the mean over traits",
    smallest_effect=0.04,
    margin=0.02,
)
"""By the first record's seeds (standard deviation 0.056 of three) 20 seeds see 0.04 with power 0.86; the margin is for
the cross-model contrast, half of that effect."""

TRAITS = (*phrases.ANIMALS[:5], *phrases.TREES)
PRESETS = {
    "quick": Config(2, (*TRAITS[:3], *TRAITS[5:8]), lab.Protocol(examples=32_768), first_seed=100),
    "paper": Config(20, TRAITS, first_seed=2000),
}


def chunks(config: Config) -> range:
    """One chunk per seed."""
    return seeds_of(config)


def run_chunk(config: Config, chunk: int, data: None) -> list[dict[str, Any]]:
    """All traits and conditions of one seed."""
    return favourites(config.protocol, config.traits, chunk, lab.NUMBERS)
