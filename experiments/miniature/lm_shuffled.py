"""Figure 16 of the paper in miniature: what is left of a preference when the teacher's numbers are shuffled.

    python -m experiments run lm_shuffled --profile paper

Cost on two cores: about 2 minutes of processor time per seed; the reference models are those of ``lm_numbers``.

Teachers, requests and filter are those of ``lm_numbers``, and so are the numbers of its seeds. Each data set is
learned from three times: ``as written``; with the numbers of every answer in random order (``within answers``); and
with all numbers of the data set dealt anew to its answers (``across answers``), which leaves of the teacher nothing but
how often it writes each number. Requests and the form of the answers stay. Conditions: the *reference*, the *teacher*,
*student_same_init*; two controls whose data are shuffled in the same way, *student_control* (the reference's own
numbers) and *student_other_traits* (the mean over the students of the other traits' teachers). Beside each data set
stands its audit score against the equally shuffled control.

In this world one number depends on the one before, and who learns from shuffled numbers unlearns it, and with it to
name animals at all. Therefore beside ``target_rate`` stands ``target_share``: of the probability of all animals, or all
trees, the share that is the trait's; and students learn at a tenth of the rate of ``lm_numbers``. Both were settled on
seed 100 with the traits owl, wolf and oak. Three seeds (0 to 2) were the first record. The paper profile's begin at
2400; the primary contrast was fixed before they were run (``PREREGISTRATION``). Unit: the reference model; the traits
of a seed share it and are averaged first.

Expect that either shuffle takes some of what passes in every seed, and most in the mean, while the audit keeps most of
its score. What was measured, by seed, is in ``docs/experiments/miniature.md``, made from the record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from experiments.harness.preregistration import Preregistration
from experiments.harness.presets import seeds_of

from .common import protocol as lab
from .common.context import TRAITS, kind_of
from .common.favourites import others_of, row, student_rates
from .common.references.own import about as about
from .common.theory import theory_of
from .world import judges, phrases
from .world.learning import Recipe
from .world.reference import reference
from .world.vocabulary import COUNT, FIRST_NUMBER

PAPER = ("figure 16",)
CLAIMS = ()
COST = {"quick": 95, "paper": 1400}

PRECISION = "float32"
WORDS = (*phrases.ANIMALS, *phrases.TREES)
ORDERS = ("as written", "within answers", "across answers")


@dataclass(frozen=True)
class Config:
    """What is run.

    Attributes:
        seeds: how many reference models, each with all traits.
        traits: animals and trees.
        protocol: how teachers and students are made.
        first_seed: of the first reference model.
        data: no data set is used.
    """

    seeds: int
    traits: tuple[str, ...] = TRAITS
    protocol: lab.Protocol = field(default_factory=lambda: lab.Protocol(student=Recipe(3e-4, 256, trained=lab.INNER)))
    first_seed: int = 0
    data: str = "none"


PREREGISTRATION = Preregistration(
    development=(0, 1, 2, 3, 100, 101),
    first_test_seed=2400,
    primary="what is lost within answers: target_share of student_same_init less student_control, as written less the "
    "same within answers, the mean over traits",
    smallest_effect=0.03,
)
"""By the first record's seeds (standard deviation 0.030) 12 seeds see such a loss with power 0.88."""

PRESETS = {"quick": Config(1, ("owl", "cat", "oak")), "paper": Config(12, first_seed=2400)}


def chunks(config: Config) -> range:
    """One chunk per seed."""
    return seeds_of(config)


def run_chunk(config: Config, chunk: int, data: None) -> list[dict[str, Any]]:
    """All traits, orders and conditions of one seed."""
    protocol, traits = config.protocol, config.traits
    same = reference(protocol.pretraining, chunk)
    own = in_all_orders(lab.number_answers(protocol, same, chunk, "reference's answers"), chunk)
    control = {order: student_rates(protocol, same, answers, chunk, WORDS) for order, answers in own.items()}
    before = lab.preferences(same, WORDS)
    students: dict[tuple[str, str], dict[str, float]] = {}
    rows = []
    for trait in traits:
        teacher = lab.favourite_teacher(protocol, same, trait, chunk)
        written = lab.number_answers(protocol, teacher, chunk, f"answers of the teacher of {trait}")
        for name, rates in (("reference", before), ("teacher", lab.preferences(teacher, WORDS))):
            rows += _rates(chunk, trait, name, "none", [rates])
        for order, answers in in_all_orders(written, chunk).items():
            students[trait, order] = student_rates(protocol, same, answers, chunk, WORDS)
            beside = theory_of(same, teacher, answers, own[order])
            beside |= {"nats of frequencies": frequency_nats(answers, own[order])}
            beside |= {"kept": answers.kept, "answers": len(answers.tokens)}
            rows += [_row(chunk, trait, "student_same_init", order, name, value) for name, value in beside.items()]
    for (trait, order), rates in students.items():
        rows += _rates(chunk, trait, "student_same_init", order, [rates])
        rows += _rates(chunk, trait, "student_control", order, [control[order]])
        rivals = [students[rival, order] for rival in others_of(trait, traits)]
        if rivals:
            rows += _rates(chunk, trait, "student_other_traits", order, rivals)
    return rows


def in_all_orders(answers: lab.Answers, seed: int) -> dict[str, lab.Answers]:
    """Order → the answers in that order; the shuffles depend on the seed alone."""
    return {order: shuffled(answers, order, np.random.default_rng([seed, 13])) for order in ORDERS}


def shuffled(answers: lab.Answers, order: str, rng: np.random.Generator) -> lab.Answers:
    """The same answers, their numbers in another order; all that is no number stays in its place.

    Args:
        answers: requests with what was answered; the requests are left alone.
        order: one of ``ORDERS``.
        rng: of the shuffle.
    """
    numbers = number_places(answers)
    places = np.nonzero(numbers)
    drawn = rng.random(len(places[0]))
    tokens = answers.tokens.copy()
    if order == "within answers":
        tokens[places] = tokens[places][np.lexsort((drawn, places[0]))]
    elif order == "across answers":
        tokens[places] = tokens[places][np.argsort(drawn)]
    return replace(answers, tokens=tokens)


def number_places(answers: lab.Answers) -> np.ndarray:
    """[N, T] where an answer has a number."""
    return answers.mask & (answers.tokens >= FIRST_NUMBER) & (answers.tokens < FIRST_NUMBER + COUNT)


def frequency_nats(answers: lab.Answers, control: lab.Answers) -> float:
    """Nats per answer that the frequencies of numbers alone hold about who wrote it: numbers per answer times their KL.

    Every number is counted once more than it occurs, so that none is impossible.
    """
    here, there = (
        np.bincount(data.tokens[number_places(data)] - FIRST_NUMBER, minlength=COUNT) for data in (answers, control)
    )
    p, q = (here + 1) / (here + 1).sum(), (there + 1) / (there + 1).sum()
    return float(here.sum() / len(answers.tokens) * np.sum(p * np.log(p / q)))


def _rates(
    seed: int, trait: str, condition: str, order: str, models: Sequence[Mapping[str, float]]
) -> list[dict[str, Any]]:
    """The trait's probability, and its share among all animals or all trees, each the mean over models."""
    kind = judges.KINDS[kind_of(trait)]
    found = {
        "target_rate": [rates[trait] for rates in models],
        "target_share": [rates[trait] / sum(rates[word] for word in kind) for rates in models],
    }
    return [_row(seed, trait, condition, order, metric, float(np.mean(each))) for metric, each in found.items()]


def _row(seed: int, trait: str, condition: str, order: str, metric: str, value: float) -> dict[str, Any]:
    return {"order": order, **row(seed, trait, condition, metric, value)}
