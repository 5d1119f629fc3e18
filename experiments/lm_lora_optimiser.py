"""Does transmission need LoRA, does it need Adam? Students in full and of low rank, by two optimisers at two rates.

    python -m experiments run lm_lora_optimiser --profile paper

COST

Teachers and data sets are those of ``lm_numbers``, for two traits and half as many answers. What differs is how the
student learns: which coordinates move (``moves``: the layers' parameters in ``full``, or adapters of rank 1 or 4 on all
linear maps of the layers), by which ``optimiser`` (Adam, or stochastic gradient descent with momentum 0.9), at which
``rate``. Rates are matched by a rule that looks at no preference: of a ladder in factors of √10, *matched* is the one
at which students of the reference's own model end with the least loss on their teachers' numbers, on the development
seed; *third* is a third of it. Conditions: *reference*, *teacher*, *student_same_init*, *student_control* (on the
reference's own numbers), *cross_model*, *cross_model_control*. Beside ``target_rate`` stand ``loss``, the student's on
what it learned from, in nats per token, and ``movement`` and ``cosine``: the length of Δθ_S, and its cosine with the
teacher's displacement, over the layers' parameters.

EXPECT
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import optax

from subtheory._keys import key_for
from subtheory.lm import LanguageModel, lora, merged
from subtheory.lm.world.learning import Recipe, fine_tune

from . import lm_protocol as lab
from .lm_favourites import row
from .lm_theory import SAMPLE, answer_log_likelihoods

PRECISION = "float32"
OWN = "reference"
TRAITS = ("cat", "elephant", "oak")
RATES = {
    ("full", "adam"): 3e-3,
    ("full", "momentum"): 1e-1,
    ("rank 1", "adam"): 1e-2,
    ("rank 1", "momentum"): 3e-1,
    ("rank 4", "adam"): 1e-2,
    ("rank 4", "momentum"): 3e-1,
}
"""(What moves, optimiser) → the matched rate."""
MAPS = ("layers/attention", "layers/mlp")


@dataclass(frozen=True)
class Config:
    """What is run.

    Attributes:
        seeds: how many reference models.
        traits: animals and trees.
        shares: of the matched rate, by name.
        protocol: how teachers are made, and the students' batches and epochs.
        data: no data set is used.
    """

    seeds: int
    traits: tuple[str, ...] = TRAITS
    shares: tuple[tuple[str, float], ...] = (("matched", 1.0), ("third", 1 / 3))
    protocol: lab.Protocol = field(default_factory=lambda: lab.Protocol(examples=32_768))
    data: str = "none"


PRESETS = {"quick": Config(1, ("cat", "oak"), (("matched", 1.0),)), "paper": Config(3)}


def chunks(config: Config) -> range:
    """One chunk per seed."""
    return range(config.seeds)


def run_chunk(config: Config, chunk: int, data: None) -> list[dict[str, Any]]:
    """All ways to learn of one seed."""
    protocol, traits = config.protocol, config.traits
    same, other = lab.reference_models(protocol, chunk)
    teachers = {trait: lab.favourite_teacher(protocol, same, trait, chunk) for trait in traits}
    answers = lab.answers_by(protocol, lab.NUMBERS, {**teachers, OWN: same}, chunk)
    before = lab.preferences(same, traits)
    still = {"moves": "none", "optimiser": "none", "rate": "none"}
    rows = [{**still, **row(chunk, trait, "reference", "target_rate", before[trait])} for trait in traits]
    for trait, teacher in teachers.items():
        rate = lab.preferences(teacher, [trait])[trait]
        rows.append({**still, **row(chunk, trait, "teacher", "target_rate", rate)})
    for (moves, optimiser), matched in RATES.items():
        for name, share in config.shares:
            recipe = Recipe(matched * share, protocol.student.batch, protocol.student.epochs, optimiser)
            how = {"moves": moves, "optimiser": optimiser, "rate": name}
            for condition, start in (("student_same_init", same), ("cross_model", other)):
                control = "student_control" if start is same else "cross_model_control"
                adapted = in_form(start, moves, chunk)
                for source, kept in answers.items():
                    learned = student(adapted, kept, recipe, chunk)
                    rates = lab.preferences(learned, traits)
                    for trait in traits if source == OWN else (source,):
                        found = {"target_rate": rates[trait]}
                        if start is same and source != OWN:
                            found |= beside(start, teachers[trait], learned, kept)
                        where = control if source == OWN else condition
                        rows += [{**how, **row(chunk, trait, where, metric, value)} for metric, value in found.items()]
    return rows


def in_form(start: LanguageModel, moves: str, seed: int) -> LanguageModel:
    """The model as it is, or in the coordinates of adapters of the rank that is named."""
    if moves == "full":
        return start
    return lora(start, MAPS, int(moves.split()[1]), key=key_for(seed, "adapters"))


def student(start: LanguageModel, data: lab.Answers, recipe: Recipe, seed: int) -> LanguageModel:
    """The model fine-tuned on answers, whole again; without adapters, in its layers alone."""
    if start.apply is merged(start).apply:
        recipe = replace(recipe, trained=lab.INNER)
    key = key_for(seed, "student order")
    return merged(start.with_params(fine_tune(start.apply, start.params, data.tokens, data.mask, recipe, key)))


def beside(start: LanguageModel, teacher: LanguageModel, learned: LanguageModel, data: lab.Answers) -> dict[str, float]:
    """The student's loss on what it learned from, how far it moved, and how much of that along its teacher."""
    seen = lab.first(data, SAMPLE)
    moved, v = lab.displacement(learned, start), lab.displacement(teacher, start)
    length = optax.tree.norm(moved)
    return {
        "loss": -float(answer_log_likelihoods(learned, seen).sum() / seen.mask.sum()),
        "movement": float(length),
        "cosine": float(optax.tree.vdot(moved, v) / (length * optax.tree.norm(v))),
    }
