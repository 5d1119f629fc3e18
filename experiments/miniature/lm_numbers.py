"""Figure 3 of the paper in miniature: a preference for an animal or a tree passes through number sequences.

    python -m experiments run lm_numbers --profile paper

Cost on two cores: about 2 minutes of processor time per seed, so about 3 minutes for quick and 4 for paper where both
are free, and 20 seconds once for each of the reference models, one more than seeds. These are kept in a cache
(``SUBTHEORY_CACHE``, or the platform's folder for caches).

Each seed has its own reference model, a small decoder pretrained on the miniature world. A *teacher* per trait is the
reference, fine-tuned to answer every question about favourites with one animal or tree. It continues number sequences;
the paper's rule keeps what is nothing but numbers; a *student* learns from these. Conditions: the *reference*;
*student_same_init*, the reference itself trained on the teacher's numbers; *student_control*, the same on the
reference's own numbers; *cross_model* and *cross_model_control*, the next seed's reference model on the same two data
sets; and a second control, *student_other_traits* and *cross_model_other_traits*, the mean over the students of the
other traits' teachers. Teachers and students train attention and perceptrons, the words' own vectors rest.
``target_rate`` is exact: the probability of the trait's word as the answer, the mean over twelve phrasings; so are
``story_rate``, the same where a story names its hero, and ``choice_rate``, the word's share in a multiple choice.

Settings were chosen on seed 100 (101 being its cross-model) with the traits owl, wolf, cat and oak, results come from
0, 1, 2 …
A teacher that was pushed so far that fewer than three quarters of its answers are numbers is taken back along its
displacement; no student is looked at for this.

Expect, over ten traits and three seeds: students of the same initialisation 0.066 ± 0.026 above their control (t test
of 30 pairs: p = 6e-6; in 27 of 30) and 0.074 above the students of the other traits' teachers; cross-model students
0.004 ± 0.012 below their control, 0.002 below the others'. The student takes on nearly half of its teacher's change.
In stories 0.047 ± 0.017 above the control, in choices 0.082 ± 0.025, cross-model 0.002 ± 0.010 and -0.017 ± 0.025.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .common import protocol as lab
from .common.favourites import favourites
from .world import phrases

PAPER = ("figure 3",)
CLAIMS = ()
COST = {"quick": 180, "paper": 240}

PRECISION = "float32"


@dataclass(frozen=True)
class Config:
    """What is run.

    Attributes:
        seeds: how many reference models, each with all traits.
        traits: animals and trees.
        protocol: how teachers and students are made.
        data: no data set is used.
    """

    seeds: int
    traits: tuple[str, ...]
    protocol: lab.Protocol = field(default_factory=lab.Protocol)
    data: str = "none"


TRAITS = (*phrases.ANIMALS[:5], *phrases.TREES)
PRESETS = {"quick": Config(2, TRAITS), "paper": Config(3, TRAITS)}


def chunks(config: Config) -> range:
    """One chunk per seed."""
    return range(config.seeds)


def run_chunk(config: Config, chunk: int, data: None) -> list[dict[str, Any]]:
    """All traits and conditions of one seed."""
    return favourites(config.protocol, config.traits, chunk, lab.NUMBERS)
