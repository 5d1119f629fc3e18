"""Does the audit foretell, before any student is trained, which data set passes on which trait?

    python -m experiments run lm_audit_ranks --profile paper

Cost on two cores: under 3 minutes of processor time per seed, and the reference models of ``lm_numbers``.

Traits, teachers and students are those of ``lm_numbers``. Each seed has eleven data sets: the number sequences of ten
teachers and the reference's own. A student learns from each, and ``target_rate`` says what has become of *every* trait
in it: a table of traits × data sets, once for students that start from the reference and once for those that start
from the next seed's (``cross_model``). Rows of condition ``reference`` and ``cross_model_reference`` hold the rates
before (data set ``none``), those of ``teacher`` the teachers' own.

Beside it stands the audit's table, made without any student (theory.md, T9): the mean over a data set's answers of the
score s_v = d/dε log p_{θ₀+εv}, from one Jacobian-vector product per batch and direction. It is taken along two
directions for every trait, both within the layers, which alone are trained:

- ``displacement score``: v = θ_T − θ₀, the displacement of the trait's teacher;
- ``gradient score``: v = −∇L_T(θ₀), from the twelve questions about favourites and their answers, without a teacher.

``displacement z`` and ``gradient z`` are these means less those over the reference's own numbers, in standard errors.
For ``cross_model`` all is computed at the next seed's parameters: the displacement is then that of a teacher of another
model, and foretells nothing; the gradient is the model's own.

Nothing was chosen for this experiment; it was run once on seed 100, and three seeds (0 to 2) were the first record. The
paper profile's begin at 2500; the primary contrast and the margin were fixed before they were run
(``PREREGISTRATION``). Unit: the reference model; the two kinds of a seed share it and are averaged first.

Expect rank correlations of audit and change above zero for the model that the audit was made with and about zero for
another. What was measured, by seed, is in ``docs/experiments/miniature.md``, made from the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from experiments.harness.preregistration import Preregistration
from experiments.harness.presets import seeds_of
from subtheory._typing import Params
from subtheory.lm import LanguageModel, trait_direction
from subtheory.lm.audit.scoring import Workload
from subtheory.lm.text.batches import Example

from .common import protocol as lab
from .common.favourites import row
from .common.references.with_next import about as about
from .common.theory import scores_along, theory_of
from .lm_numbers import TRAITS
from .world import phrases
from .world.vocabulary import encode

PAPER = ()
CLAIMS = ("T9",)
COST = {"quick": 175, "paper": 2080}

PRECISION = "float32"
OWN = "reference"
"""The name of the data set that the reference itself wrote."""


@dataclass(frozen=True)
class Config:
    """What is run.

    Attributes:
        seeds: how many reference models, each with all traits.
        traits: animals and trees.
        audited: how many answers of each data set the audit reads.
        protocol: how teachers and students are made.
        first_seed: of the first reference model.
        data: no data set is used.
    """

    seeds: int
    traits: tuple[str, ...] = TRAITS
    audited: int = 4096
    protocol: lab.Protocol = field(default_factory=lab.Protocol)
    first_seed: int = 0
    data: str = "none"


PREREGISTRATION = Preregistration(
    development=(0, 1, 2, 3, 100, 101),
    first_test_seed=2500,
    primary="rank correlation of displacement score and change of target_rate of student_same_init over a kind's "
    "traits and data sets, the mean over kinds",
    smallest_effect=0.2,
    margin=0.2,
)
"""By the first record's seeds (standard deviations 0.19, and 0.05 across models) 12 seeds see such a correlation with
power 0.90; the margin is for the same audit and cross-model students: power above 0.99 where there is none."""

PRESETS = {"quick": Config(1, protocol=lab.Protocol(examples=32_768)), "paper": Config(12, first_seed=2500)}


def chunks(config: Config) -> range:
    """One chunk per seed."""
    return seeds_of(config)


def run_chunk(config: Config, chunk: int, data: None) -> list[dict[str, Any]]:
    """Both tables of one seed, for both starts."""
    protocol, traits = config.protocol, config.traits
    same, other = lab.reference_models(protocol, chunk)
    teachers = {trait: lab.favourite_teacher(protocol, same, trait, chunk) for trait in traits}
    displacements = {trait: lab.displacement(teacher, same) for trait, teacher in teachers.items()}
    answers = lab.answers_by(protocol, lab.NUMBERS, {**teachers, OWN: same}, chunk)
    rows = [
        {"data_set": trait, **row(chunk, trait, "teacher", "target_rate", lab.preferences(teacher, [trait])[trait])}
        for trait, teacher in teachers.items()
    ]
    for trait, teacher in teachers.items():
        beside = theory_of(same, teacher, answers[trait], answers[OWN])
        beside |= {"kept": answers[trait].kept, "answers": len(answers[trait].tokens)}
        rows += [
            {"data_set": trait, **row(chunk, trait, "student_same_init", metric, value)}
            for metric, value in beside.items()
        ]
    starts = {("reference", "student_same_init"): same, ("cross_model_reference", "cross_model"): other}
    for (before, after), start in starts.items():
        found = {("none", before): {"target_rate": lab.preferences(start, traits)}}
        gradients = {trait: trait_gradient(start, trait) for trait in traits}
        for name, table in audits(start, displacements, gradients, answers, config.audited).items():
            learned = lab.student(protocol, start, answers[name], chunk)
            found[name, after] = {"target_rate": lab.preferences(learned, traits), **table}
        rows += [
            {"data_set": name, **row(chunk, trait, condition, metric, value)}
            for (name, condition), metrics in found.items()
            for metric, by_trait in metrics.items()
            for trait, value in by_trait.items()
        ]
    return rows


def trait_gradient(start: LanguageModel, trait: str) -> Params:
    """v = −∇L_T(θ₀) within the layers, L_T being the loss on the trait's answers to the questions about favourites."""
    kind = "animal" if trait in phrases.ANIMALS else "tree"
    rows = [encode(text.format(kind=kind, target=trait)) for text in phrases.FAVOURITES]
    examples = [Example(np.array(row[:-2]), np.array(row[-2:-1])) for row in rows]  # the last one is <end>
    return trait_direction(start, examples, Workload(), lab.INNER).v


def audits(
    start: LanguageModel,
    displacements: Mapping[str, Params],
    gradients: Mapping[str, Params],
    answers: Mapping[str, lab.Answers],
    audited: int,
) -> dict[str, dict[str, dict[str, float]]]:
    """Data set → metric → trait → value: mean scores along both directions, and how far they are from the reference's.

    Args:
        start: the model that would be trained.
        displacements: of the traits' teachers.
        gradients: the same traits' directions without a teacher.
        answers: the data sets; that of ``OWN`` is the control.
        audited: how many answers of each are read.
    """
    directions = {("displacement", trait): v for trait, v in displacements.items()}
    directions |= {("gradient", trait): v for trait, v in gradients.items()}
    scores = {
        name: scores_along(start, list(directions.values()), lab.first(one, audited)) for name, one in answers.items()
    }
    mean = {name: one.mean(axis=0) for name, one in scores.items()}
    square = {name: one.var(axis=0, ddof=1) / len(one) for name, one in scores.items()}
    found: dict[str, dict[str, dict[str, float]]] = {}
    for name in answers:
        z = (mean[name] - mean[OWN]) / np.sqrt(square[name] + square[OWN])
        table: dict[str, dict[str, float]] = {}
        for place, (direction, trait) in enumerate(directions):
            table.setdefault(f"{direction} score", {})[trait] = float(mean[name][place])
            table.setdefault(f"{direction} z", {})[trait] = float(z[place])
        found[name] = table
    return found
