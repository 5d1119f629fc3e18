"""Mixed teachers: what a student takes on when only a share of its answers is a teacher's, or two teachers' at once.

    python -m experiments run lm_mixtures --profile paper

Cost on two cores: about 5 minutes of processor time per seed; the reference models are those of ``lm_numbers``.

Teachers, requests and filter are those of ``lm_numbers``, with half as many answers. Every data set is equally large,
and a ``share`` of it is the answers of the trait's teacher; ``rest`` says whose the others are:

- ``reference``: the reference's own, shares 0, 1/8, 1/4, 1/2, 3/4, 1 (dilution; share 0 is the control);
- another trait: that trait's teacher, half and half (share 1/2) or alone (share 0);
- ``other reference``, ``other teacher``: half by the next seed's reference, or by that reference fine-tuned on the
  *same* trait; the first half is the teacher's (share 1/2) or the reference's own (share 0).

Students are the reference itself (``student_same_init``) and the next seed's (``cross_model``), who hears in the last
mixtures its own teacher. Beside ``target_rate`` stand for each data set the audit along the displacement that the
trait's lesson gives the student, the same *predicted* from the pure data sets alone, and ``displacement along v``, how
far training moved the student along it, beyond the student of the reference's own answers, in units of v.

Settings are those of ``lm_numbers``; it was run once on seed 100 to see that it runs, and none was chosen. Three seeds
(0 to 2) were the first record. The paper profile's begin at 3300; the primary contrast and the margin were fixed before
they were run (``PREREGISTRATION``). Unit: the reference model, its traits averaged first.

Expect every audit to be that of its sources, and students that follow the teacher's share in the mean. What was
measured, by seed, is in ``docs/experiments/miniature.md``, made from the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from experiments.harness.preregistration import Preregistration
from experiments.harness.presets import seeds_of
from subtheory.lm import LanguageModel

from .common import protocol as lab
from .common.coordinates import along
from .common.favourites import row
from .common.mixing import Shares, mean_of, mixed, nats_of
from .common.references.with_next import about as about
from .common.theory import SAMPLE, answer_log_likelihoods, answer_scores, compared

PAPER = ()
CLAIMS = ()
COST = {"quick": 125, "paper": 3650}

PRECISION = "float32"
DILUTIONS = (0.0, 0.125, 0.25, 0.5, 0.75, 1.0)
PARTS = 8
"""All shares are eighths."""
TRAITS = ("cat", "maple", "eagle", "oak")
"""Each shares a mixture with the one before and the one after: an animal with a tree."""
OWN, OTHER = "reference", "other reference"
STUDENTS = {OWN: "student_same_init", OTHER: "cross_model"}


@dataclass(frozen=True)
class Config:
    """What is run.

    Attributes:
        seeds: how many reference models, each with all traits.
        traits: animals and trees, in a ring of pairs.
        shares: of the teacher's answers among the reference's own, 0 and 1 among them.
        protocol: how teachers and students are made.
        first_seed: of the first reference model.
        data: no data set is used.
    """

    seeds: int
    traits: tuple[str, ...] = TRAITS
    shares: tuple[float, ...] = DILUTIONS
    protocol: lab.Protocol = field(default_factory=lambda: lab.Protocol(examples=32_768))
    first_seed: int = 0
    data: str = "none"


PREREGISTRATION = Preregistration(
    development=(0, 1, 2, 3, 100, 101),
    first_test_seed=3300,
    primary="target_rate of student_same_init, half of the answers the teacher's less none, the others the reference's",
    smallest_effect=0.02,
    margin=0.015,
)
"""By the first record's seeds (standard deviation 0.019) 12 seeds see that half of the answers passes so much with
power 0.91. The margin is for half of the answers less half of what all of them pass (standard deviation 0.011): power
0.99 where students follow the share."""

PRESETS = {
    "quick": Config(1, ("cat", "maple"), (0.0, 0.5, 1.0), lab.Protocol(examples=16_384)),
    "paper": Config(12, first_seed=3300),
}


def chunks(config: Config) -> range:
    """One chunk per seed."""
    return seeds_of(config)


def mixtures(config: Config) -> dict[str, dict[tuple[float, str], Shares]]:
    """Trait → (share, rest) → the sources of that data set; a trait's teacher of the next seed is ``other …``."""
    traits = config.traits
    found: dict[str, dict[tuple[float, str], Shares]] = {}
    for place, trait in enumerate(traits):
        one = {(p, OWN): tuple(part for part in ((OWN, 1 - p), (trait, p)) if part[1]) for p in config.shares}
        for partner in dict.fromkeys((traits[place - 1], traits[(place + 1) % len(traits)])):
            if partner != trait:
                pair = sorted((trait, partner), key=traits.index)
                one[0.5, partner] = ((pair[0], 0.5), (pair[1], 0.5))
                one[0.0, partner] = ((partner, 1.0),)
        for share, first in ((0.0, OWN), (0.5, trait)):
            one[share, OTHER] = ((first, 0.5), (OTHER, 0.5))
            one[share, "other teacher"] = ((first, 0.5), (f"other {trait}", 0.5))
        found[trait] = one
    return found


def run_chunk(config: Config, chunk: int, data: None) -> list[dict[str, Any]]:
    """All traits and mixtures of one seed."""
    protocol, wanted = config.protocol, mixtures(config)
    starts = dict(zip(STUDENTS, lab.reference_models(protocol, chunk), strict=True))
    writers = dict(starts)
    for trait in config.traits:
        writers[trait] = lab.favourite_teacher(protocol, starts[OWN], trait, chunk)
        writers[f"other {trait}"] = lab.favourite_teacher(protocol, starts[OTHER], trait, chunk)
    pure = lab.answers_by(protocol, lab.NUMBERS, writers, chunk)
    n = len(pure[OWN].tokens) // PARTS * PARTS
    every = dict.fromkeys(shares for one in wanted.values() for shares in one.values())
    sets = {
        shares: mixed(pure, shares, n, np.random.default_rng([chunk, 17, place])) for place, shares in enumerate(every)
    }
    students = {
        (name, shares): lab.student(protocol, start, answers, chunk)
        for shares, answers in sets.items()
        for name, start in starts.items()
    }
    rates = {key: lab.preferences(model, config.traits) for key, model in students.items()}
    rows = []
    for trait, one in wanted.items():
        for place, shares in one.items():
            if place[1] == OWN:
                nats = dilution_nats(starts[OWN], writers[trait], trait, sets[shares], shares)
                rows += _rows(chunk, trait, STUDENTS[OWN], place, nats)
        for name, condition in STUDENTS.items():
            teacher = writers[trait if name == OWN else f"other {trait}"]
            for which, model in (("reference", starts[name]), ("teacher", teacher)):
                alone = {"target_rate": lab.preferences(model, [trait])[trait]}
                rows += _rows(chunk, trait, f"{which} of {condition}", (0.0, "none"), alone)
            theory = theory_of_mixtures(starts[name], teacher, pure, {shares: sets[shares] for shares in one.values()})
            for place, shares in one.items():
                found = {"target_rate": rates[name, shares][trait]} | theory[shares]
                control, v = students[name, one[0.0, OWN]], lab.displacement(teacher, starts[name])
                found["displacement along v"] = along(students[name, shares], control, v)
                rows += _rows(chunk, trait, condition, place, found | {"answers": n})
    return rows


def theory_of_mixtures(
    start: LanguageModel, teacher: LanguageModel, pure: Mapping[str, lab.Answers], sets: Mapping[Shares, lab.Answers]
) -> dict[Shares, dict[str, float]]:
    """Mixture → its audit along the teacher's displacement, measured on it and predicted from the pure data sets."""
    v = lab.displacement(teacher, start)
    sources = dict.fromkeys((OWN, *(name for shares in sets for name, _ in shares)))
    scores = {name: answer_scores(start, v, lab.first(pure[name], SAMPLE)) for name in sources}
    means = {name: float(one.mean()) for name, one in scores.items()}
    found = {}
    for shares, answers in sets.items():
        measured = compared(answer_scores(start, v, lab.first(answers, SAMPLE)), scores[OWN])
        found[shares] = measured | {"predicted audit score": mean_of(means, shares) - means[OWN]}
    return found


def dilution_nats(
    start: LanguageModel, teacher: LanguageModel, trait: str, answers: lab.Answers, shares: Shares
) -> dict[str, float]:
    """Nats per answer, and in all, of a mixture of the teacher's answers and the reference's own."""
    some = lab.first(answers, SAMPLE)
    gain = answer_log_likelihoods(teacher, some) - answer_log_likelihoods(start, some)
    nats = nats_of({OWN: np.zeros_like(gain), trait: gain}, shares)
    return {"nats per answer": nats, "total nats": nats * len(answers.tokens)}


def _rows(
    seed: int, trait: str, condition: str, place: tuple[float, str], values: Mapping[str, float]
) -> list[dict[str, Any]]:
    share, rest = place
    return [{"share": share, "rest": rest, **row(seed, trait, condition, name, one)} for name, one in values.items()]
