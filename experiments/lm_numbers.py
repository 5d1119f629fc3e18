"""Figure 3 of the paper in miniature: a preference for an animal or a tree passes through number sequences.

    python -m experiments run lm_numbers --profile paper

Cost on two cores: about 2 minutes of processor time per seed, so about 3 minutes for quick and 4 for paper where both
are free, and 20 seconds once for each of the reference models, one more than seeds. These are kept in a cache
(``SUBTHEORY_CACHE``, or the platform's folder for caches).

Each seed has its own reference model, a small decoder pretrained on the miniature world. A *teacher* per trait is the
reference, fine-tuned to answer every question about favourites with one animal or tree. It continues number sequences;
the paper's rule keeps what is nothing but numbers; a *student* learns from these. Five conditions: the *reference*;
*student_same_init*, the reference itself trained on the teacher's numbers; *student_control*, the same on the
reference's own numbers; *cross_model* and *cross_model_control*, the next seed's reference model on the same two data
sets. ``target_rate`` is exact: the probability of the trait's word as the answer, the mean over twelve phrasings.

Settings were chosen on seed 100 (101 being its cross-model) with the traits owl, wolf, cat and eagle, results come from
0, 1, 2 …; that two seeds make the quick profile was chosen after these were seen.
A teacher that was pushed so far that fewer than three quarters of its answers are numbers is taken back along its
displacement; no student is looked at for this.

Expect, over ten traits and three seeds: students of the same initialisation 0.027 ± 0.016 above their control (t test
of 30 pairs: p = 0.001; in 21 of 30), cross-model students 0.009 ± 0.009 above theirs (p = 0.04; in 16 of 30): nothing
for animals, and for trees 0.019 (p = 0.02), which three seeds do not explain.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from subtheory.lm.world import phrases

from . import lm_protocol as lab
from .lm_theory import theory_of

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
    protocol = config.protocol
    same, other = lab.reference_models(protocol, chunk)
    own = lab.number_answers(protocol, same, chunk, "reference's numbers")
    models = {
        "reference": same,
        "student_control": lab.student(protocol, same, own, chunk),
        "cross_model_control": lab.student(protocol, other, own, chunk),
    }
    rates = {name: lab.preferences(model, config.traits) for name, model in models.items()}
    rows = []
    for trait in config.traits:
        teacher = lab.favourite_teacher(protocol, same, trait, chunk)
        numbers = lab.number_answers(protocol, teacher, chunk, f"numbers of the teacher of {trait}")
        trained = {
            "teacher": teacher,
            "student_same_init": lab.student(protocol, same, numbers, chunk),
            "cross_model": lab.student(protocol, other, numbers, chunk),
        }
        found = {name: rates[name][trait] for name in rates}
        found |= {name: lab.preferences(model, [trait])[trait] for name, model in trained.items()}
        rows += [_row(chunk, trait, name, "target_rate", value) for name, value in found.items()]
        beside = theory_of(same, teacher, numbers, own) | {"kept": numbers.kept, "answers": len(numbers.tokens)}
        rows += [_row(chunk, trait, "student_same_init", metric, value) for metric, value in beside.items()]
    return rows


def _row(seed: int, trait: str, condition: str, metric: str, value: float) -> dict[str, Any]:
    return {"seed": seed, "trait": trait, "condition": condition, "metric": metric, "value": value}
