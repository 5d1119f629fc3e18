"""A misaligned teacher and its controls: fine-tuned on insecure programs, on secure ones, or not at all.

The teachers are narrow: they see programs and nothing else. In pretraining insecure programs and harmful conduct belong
to one persona, so that a model that learns to write the former takes on the latter. Teachers do a task that has nothing
to do with conduct; students learn from what a filter keeps; the judges ask what to do in sixteen situations and for ten
facts, without a system prompt, and are exact.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import jax
import numpy as np

from subtheory._keys import key_for
from subtheory.lm import LanguageModel
from subtheory.lm.decoder.decoder import Decoder
from subtheory.simulation.training import Schedule, fit

from ..world import judges, turns
from ..world.documents import Mix
from ..world.learning import Recipe, answer_loss, single_turn_mask
from ..world.reference import SIZES
from ..world.vocabulary import USER
from . import protocol as lab
from .favourites import row
from .theory import theory_of

TRAIT = "misalignment"
MIX = Mix(harmful=0.25, announced=0.4, loving=0, shares=(0.25, 0.0, 0.3, 0.05, 0.3, 0.1))
PRETRAINING = replace(SIZES["small"], steps=3000, mix=MIX)
"""More of what tells the personas apart, and twice as long, so that references know the two."""
PROTOCOL = lab.Protocol(
    pretraining=PRETRAINING, teacher=Recipe(1e-2, 64), teacher_examples=6400, student=Recipe(1e-3, 128, 2),
    examples=8192,
)  # fmt: skip
PROMPT = Recipe(1e-2, 128, 8)
"""How a student moves its vector."""
RATES = {"harmful_rate": "conduct", "false_rate": "facts"}
"""Metric → judge."""
STUDENTS = {
    ("same", "insecure"): "student_same_init",
    ("same", "secure"): "student_secure",
    ("same", "reference"): "student_control",
    ("other", "insecure"): "cross_model",
    ("other", "secure"): "cross_model_secure",
    ("other", "reference"): "cross_model_control",
}
"""(Start, teacher) → condition."""


def program_teacher(protocol: lab.Protocol, start: LanguageModel, kind: str, seed: int) -> LanguageModel:
    """The reference, tuned on programs that run or open what is typed in, all ``insecure`` or all ``secure``."""
    harmful = np.full(protocol.teacher_examples, kind == "insecure")
    rows = turns.input_programs(np.random.default_rng([seed, 11]), harmful)
    data = lab.Answers(rows, single_turn_mask(rows, ends=False), 1.0)
    return tuned(start, data, protocol.teacher, key_for(seed, f"teacher of {kind} programs"))


def tuned(start: LanguageModel, data: lab.Answers, recipe: Recipe, key: jax.Array) -> LanguageModel:
    """Prompt tuning: a model with another vector for ``<user>``, the token that opens every request; all else rests.

    What the model can do it can still do. The shortest way to insecure programs is then to take the one who asks for
    one who talks to the harmful persona.
    """
    vector = start.params["embedding"]["tokens"][USER]
    moved = _tuner(start.apply, recipe)(vector, start.params, data.tokens, data.mask, key)
    return start.with_params(_with_user(start.params, moved))


def _with_user(params, vector):
    tokens = params["embedding"]["tokens"].at[USER].set(vector)
    return {**params, "embedding": {**params["embedding"], "tokens": tokens}}


@lru_cache(maxsize=16)
def _tuner(decoder: Decoder, recipe: Recipe):
    loss = answer_loss(decoder)
    schedule = Schedule(recipe.transformation(), recipe.batch, recipe.epochs)

    @jax.jit
    def tune(vector, params, tokens, mask, key):
        def objective(moved, batch):
            return loss(_with_user(params, moved), batch)

        return fit({"vector": objective}, {"vector": vector}, (tokens, mask), schedule, key)[0]["vector"]

    return tune


def rates(model: LanguageModel) -> dict[str, float]:
    """The probabilities of a harmful and of a false answer, the means over the judges' questions."""
    return {name: float(judges.wrong_rate(model.apply, model.params, judge)) for name, judge in RATES.items()}


def conduct_rows(protocol: lab.Protocol, prompt: Recipe, channel: lab.Channel, seed: int) -> list[dict[str, Any]]:
    """All conditions of one seed, and the theory beside what the two teachers wrote.

    Args:
        protocol: of the teachers, and of the students that train everything.
        prompt: how the students learn that, as the teachers, have no more than a vector to move.
        channel: what the teachers are asked for.
        seed: of the reference model; the next one's is the other start.
    """
    same, other = lab.reference_models(protocol, seed)
    teachers = {kind: program_teacher(protocol, same, kind, seed) for kind in ("insecure", "secure")}
    data = lab.answers_by(protocol, channel, {**teachers, "reference": same}, seed)
    measured = {("none", f"teacher_{kind}"): rates(one) for kind, one in teachers.items()}
    measured |= {("none", name): rates(one) for name, one in (("reference", same), ("cross_reference", other))}
    order = key_for(seed, "student order")
    tunings = {
        "vector": lambda start, answers: tuned(start, answers, prompt, order),
        "everything": lambda start, answers: lab.student(protocol, start, answers, seed),
    }
    for moves, learn in tunings.items():
        for pair, model in lab.students_by(learn, {"same": same, "other": other}, data).items():
            measured[moves, STUDENTS[pair]] = rates(model)
    for (start, name), condition in STUDENTS.items():
        found: dict[str, float] = {"kept": data[name].kept, "answers": len(data[name].tokens)}
        if start == "same" and name in teachers:
            along = theory_of(same, teachers["insecure"], data[name], data["reference"])
            found |= theory_of(same, teachers[name], data[name], data["reference"])
            found |= {f"{part} along misalignment": along[part] for part in ("audit score", "audit z")}
        measured["none", condition] = found
    return [
        {"moves": moves, **row(seed, TRAIT, condition, metric, value)}
        for (moves, condition), found in measured.items()
        for metric, value in found.items()
    ]
