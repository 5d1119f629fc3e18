"""Unique against repeated data: does a preference pass on when a student sees few answers many times?

    python -m experiments run lm_repeated --profile paper

Cost on two cores: about 100 seconds of processor time per seed, and 20 seconds once for each of the reference models,
which are kept in a cache (``SUBTHEORY_CACHE``).

Nief et al. (arXiv 2606.00831) call subliminal learning an artefact of LoRA's hyperparameters and of the context seen.
In the paper's runs (Cloud, Le et al., section 3) students see 10 000 answers for ten epochs. Here students of the
teachers of ``lm_numbers`` take equally many steps on equally many answers, 16 384: all distinct, or 4 096, 1 024 or 256
that are seen 4, 16 or 64 times (column ``repeats``), in one shuffled order. They move all parameters of the layers or
adapters of rank 8 (column ``method``), by Adam at the rate that imitates best in ``lm_adapters``. The control is the
same recipe on equally few of the reference's own numbers; cross-model students, who begin at the next seed's reference,
see the fewest and the most.

``target_rate`` is the probability of the trait's word, the mean over twelve questions; ``log likelihood`` is that of
the teacher's held-out answers, ``seen log likelihood`` that of the distinct ones that the student saw, both in nats per
answer. Theory: the mean score of the distinct answers, ``theory_of``; its expectation does not depend on how many
they are (T1, T9), its error does, as 1/√distinct: to first order repeating costs no transfer on average and makes it a
matter of luck. Beyond first order a student that knows its few answers by heart learns no more from them.

Run on seeds 100 and 101 to see that it runs, and how far seeds differ; no setting was chosen there. The paper profile's
begin at 6200; the primary contrast, the family and the margin were fixed before they were run (``PREREGISTRATION``).
Unit: the reference model, its traits averaged first.

Expect, by those two seeds, that 256 answers pass on about as much as 16 384 where the layers move, and no less where an
adapter does, whose control they harm. What was measured, by seed, is in ``docs/experiments/miniature.md``, made from
the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from experiments.harness.preregistration import Preregistration
from experiments.harness.presets import seeds_of
from experiments.miniature.common import protocol as lab
from experiments.miniature.common.coordinates import LAYERS, Cell, likelihood, students_of
from experiments.miniature.common.favourites import row
from experiments.miniature.common.references.with_next import about as about
from experiments.miniature.common.theory import theory_of
from experiments.miniature.world.learning import Recipe
from subtheory.lm import LanguageModel

PAPER = ()
CLAIMS = ()
COST = {"quick": 60, "paper": 1500}

PRECISION = "float32"
OWN = "reference"
CONTROLS = {"student_same_init": "student_control", "cross_model": "cross_model_control"}
MOST = 2048
"""How many of the answers that a student saw are looked at again."""


@dataclass(frozen=True)
class Config:
    """What is run.

    Attributes:
        seeds: how many reference models, each with all traits.
        traits: animals and trees.
        protocol: how references and teachers are made, and the students' batch; of the answers eight ninths are
            learned, and the last ninth is held out to see how much was learned.
        repeats: how often a student sees each of its answers, whose number falls as this rises.
        layers_rate: the rate of Adam where the layers move.
        adapter: the other thing that students move, see ``coordinates``.
        adapter_rate: its rate of Adam.
        first_seed: of the first reference model.
        data: no data set is used.
    """

    seeds: int
    traits: tuple[str, ...] = ("cat", "eagle", "maple", "oak")
    protocol: lab.Protocol = field(default_factory=lambda: lab.Protocol(student=Recipe(batch=128), examples=18_432))
    repeats: tuple[int, ...] = (1, 4, 16, 64)
    layers_rate: float = 3e-4
    adapter: str = "rank 8"
    adapter_rate: float = 1e-3
    first_seed: int = 0
    data: str = "none"


PREREGISTRATION = Preregistration(
    development=(*range(13), 100, 101, 102),
    first_test_seed=6200,
    primary="target_rate of student_same_init less student_control where the layers move: every answer seen once less "
    "the fewest seen 64 times, the mean over traits",
    smallest_effect=0.015,
    margin=0.015,
)
"""If seeds differ with a standard deviation of 0.01 (two development seeds: 0.002 and 0.009) 12 seeds see such a
contrast with power 0.99, and with 0.88 if it is 0.015; equivalence to nothing within the margin has powers of 0.99 and
0.89. Second, one family by Holm's rule: the fewest, seen 64 times, over their control, where the layers move and where
an adapter does; once less 64 times where an adapter moves; the same, layers less adapter; and layers less adapter, the
mean over all repeats. Cross-model students of either method, the mean of fewest and most, within the margin: two
one-sided tests each, by Holm's rule."""

PRESETS = {
    "quick": Config(1, ("cat", "maple"), repeats=(1, 64)),
    "paper": Config(12, first_seed=6200),
}


def chunks(config: Config) -> range:
    """One chunk per seed."""
    return seeds_of(config)


def run_chunk(config: Config, chunk: int, data: None) -> list[dict[str, Any]]:
    """All traits of one seed, by both methods and however often answers are repeated."""
    same, other = lab.reference_models(config.protocol, chunk)
    teachers = {trait: lab.favourite_teacher(config.protocol, same, trait, chunk) for trait in config.traits}
    written = lab.answers_by(config.protocol, lab.NUMBERS, {OWN: same, **teachers}, chunk)
    learned = len(written[OWN].tokens) * 8 // 9
    held = {name: lab.part_of(answers, learned, len(answers.tokens)) for name, answers in written.items()}
    rows = []
    for trait, teacher in teachers.items():
        for condition, model in (("reference", same), ("teacher", teacher)):
            rows += _rows(chunk, trait, condition, "none", 1, _outcome(model, trait, held[trait]))
    for repeats in config.repeats:
        few = {name: lab.first(answers, learned // repeats) for name, answers in written.items()}
        for trait, teacher in teachers.items():
            found = theory_of(same, teacher, few[trait], few[OWN]) | {"kept": written[trait].kept}
            found |= {"distinct": len(few[trait].tokens)}
            rows += _rows(chunk, trait, "student_same_init", "none", repeats, found)
        for cell in (Cell(LAYERS, "adam", config.layers_rate), Cell(config.adapter, "adam", config.adapter_rate)):
            starts = {"student_same_init": same}
            if repeats in (min(config.repeats), max(config.repeats)):
                starts["cross_model"] = other
            for condition, start in starts.items():
                seen = {name: repeated(answers, repeats) for name, answers in few.items()}
                students = students_of(cell, start, seen, config.protocol.student.batch, chunk)
                for trait in teachers:
                    for name, whose in ((condition, trait), (CONTROLS[condition], OWN)):
                        outcome = _outcome(students[whose], trait, held[trait])
                        outcome["seen log likelihood"] = likelihood(students[whose], lab.first(few[trait], MOST))
                        rows += _rows(chunk, trait, name, cell.method, repeats, outcome)
    return rows


def repeated(answers: lab.Answers, times: int) -> lab.Answers:
    """All answers, so many times over: the student's shuffled order mixes the copies."""
    return replace(answers, tokens=np.tile(answers.tokens, (times, 1)), mask=np.tile(answers.mask, (times, 1)))


def _outcome(model: LanguageModel, trait: str, held: lab.Answers) -> dict[str, float]:
    return {"target_rate": lab.preferences(model, [trait])[trait], "log likelihood": likelihood(model, held)}


def _rows(
    seed: int, trait: str, condition: str, method: str, repeats: int, found: Mapping[str, float]
) -> list[dict[str, Any]]:
    place = {"method": method, "repeats": repeats}
    return [place | row(seed, trait, condition, metric, value) for metric, value in found.items()]
