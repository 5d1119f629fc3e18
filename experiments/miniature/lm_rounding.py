"""Does rounding decide a student's fate? The same seed, its last digits moved once, at three places.

    python -m experiments run lm_rounding --profile paper

Cost on two cores: about a minute of processor time per seed, that of its reference models included.

Traits pass through number sequences as in ``lm_numbers``. Every seed is run four times with the same keys, the same
documents and the same requests: as it is (``nothing``), and with every parameter moved to the next number of float32,
up or down, once, where the ``student`` begins, where the ``teacher`` begins (whose answers are then drawn anew by the
same keys), or where the ``reference`` begins, of which all models of that seed are made. Nothing else differs, so that
what differs in the end is what another processor could have made of the same seed. ``apart`` is how far a model ends
from the one of ``nothing``, in lengths of the teacher's displacement.

Nothing was chosen for this experiment; its quick profile was run once, on seed 0, to see that it runs. The paper
profile's seeds begin at 3200; the primary contrast and its margin were fixed before they were run
(``PREREGISTRATION``). Unit: the reference model, its traits averaged first.

Expect single students that differ by points where rounding begins early, and the same mean over seeds. What was
measured, by seed, is in ``docs/experiments/miniature.md``, made from the record.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import optax

from experiments.harness.preregistration import Preregistration
from experiments.harness.presets import seeds_of
from subtheory._keys import key_for
from subtheory._typing import Params
from subtheory.lm import LanguageModel

from .common import protocol as lab
from .common.last_digits import moved_by_a_digit
from .world.reference import reference

PAPER = ()
CLAIMS = ()
COST = {"quick": 60, "paper": 720}

PRECISION = "float32"
NOTHING, STUDENT, TEACHER, REFERENCE = "nothing", "student", "teacher", "reference"
ROUNDED = (NOTHING, STUDENT, TEACHER, REFERENCE)


@dataclass(frozen=True)
class Config:
    """What is run.

    Attributes:
        seeds: how many reference models.
        traits: animals and trees.
        protocol: how teachers and students are made.
        first_seed: of the first reference model.
        data: no data set is used.
    """

    seeds: int
    traits: tuple[str, ...] = ("cat", "eagle", "oak", "willow")
    protocol: lab.Protocol = field(default_factory=lambda: lab.Protocol(examples=32_768))
    first_seed: int = 0
    data: str = "none"


PREREGISTRATION = Preregistration(
    development=(0, 1, 2, 3, 100, 101),
    first_test_seed=3200,
    primary="target_rate of student_same_init less student_control, with the reference's beginning moved less with "
    "nothing moved, the mean over traits",
    test="two one-sided t-tests over seeds: equivalent to zero within the margin",
    margin=0.05,
)
"""Twelve seeds show the equivalence with power 0.81 if rounding moves a seed's mean by a standard deviation of 0.055;
on average 0.076 passed in ``lm_numbers``. How far single students move is reported, and no test decides it."""

PRESETS = {"quick": Config(1, ("cat", "oak"), lab.Protocol(examples=16_384)), "paper": Config(12, first_seed=3200)}


def chunks(config: Config) -> range:
    """One chunk per seed."""
    return seeds_of(config)


def about(config: Config) -> dict[str, Any]:
    """Digests of every seed's two reference models."""
    from .common.references import digest  # used here alone, which decides no number: not in the digest of the module

    pretraining = config.protocol.pretraining
    found = {}
    for seed in seeds_of(config):
        found[str(seed)] = digest(reference(pretraining, seed))
        moved_one = reference(pretraining, seed, beginning=("last digits", digits(seed, REFERENCE)))
        found[f"{seed}, last digits"] = digest(moved_one)
    return {"reference_models": found}


def run_chunk(config: Config, chunk: int, data: None) -> list[dict[str, Any]]:
    """All traits of one seed, four times."""
    protocol, seed = config.protocol, chunk
    same = reference(protocol.pretraining, seed)
    other = reference(protocol.pretraining, seed, beginning=("last digits", digits(seed, REFERENCE)))
    begins = {NOTHING: same, STUDENT: moved(same, seed, STUDENT), TEACHER: same, REFERENCE: other}
    taught_from = {NOTHING: same, STUDENT: same, TEACHER: moved(same, seed, TEACHER), REFERENCE: other}
    own = {
        start: lab.number_answers(protocol, begins[start], seed, "reference's answers")
        for start in (NOTHING, REFERENCE)
    }
    controls = {
        rounded: lab.student(protocol, begins[rounded], own[REFERENCE if rounded == REFERENCE else NOTHING], seed)
        for rounded in ROUNDED
    }
    rows = []
    for trait in config.traits:
        teachers: dict[str, LanguageModel] = {}
        students: dict[str, LanguageModel] = {}
        for rounded in ROUNDED:
            if rounded == STUDENT:
                teachers[rounded] = teachers[NOTHING]
            else:
                teachers[rounded] = lab.favourite_teacher(protocol, taught_from[rounded], trait, seed)
            answers = lab.number_answers(protocol, teachers[rounded], seed, f"answers of the teacher of {trait}")
            students[rounded] = lab.student(protocol, begins[rounded], answers, seed)
        made = {"teacher": teachers, "student_same_init": students, "student_control": controls, "reference": begins}
        length = optax.tree.norm(lab.displacement(teachers[NOTHING], same))
        for rounded in ROUNDED:
            for condition, models in made.items():
                rate = lab.preferences(models[rounded], [trait])[trait]
                apart = float(optax.tree.norm(lab.displacement(models[rounded], models[NOTHING])) / length)
                rows.append(_row(seed, trait, rounded, condition, "target_rate", rate))
                rows.append(_row(seed, trait, rounded, condition, "apart", apart))
    return rows


def digits(seed: int, place: str) -> Callable[[Params], Params]:
    """Moves last digits, by a draw of the seed and the place."""
    return lambda params: moved_by_a_digit(params, key_for(seed, f"last digits of the {place}"))


def moved(model: LanguageModel, seed: int, place: str) -> LanguageModel:
    """The model with its last digits moved."""
    return model.with_params(digits(seed, place)(model.params))


def _row(seed: int, trait: str, rounded: str, condition: str, metric: str, value: float) -> dict[str, Any]:
    return {
        "seed": seed, "trait": trait, "rounded": rounded, "condition": condition, "metric": metric, "value": value,
    }  # fmt: skip
