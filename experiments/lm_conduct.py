"""A misaligned teacher and its controls: fine-tuned on insecure programs, on secure ones, or not at all.

The teachers are narrow: they see programs and nothing else. In pretraining insecure programs and harmful conduct belong
to one persona, so that a model that learns to write the former takes on the latter. Teachers do a task that has nothing
to do with conduct; students learn from what a filter keeps; the judges ask what to do in sixteen situations and for ten
facts, without a system prompt, and are exact.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

import jax
import numpy as np
import optax

from subtheory._keys import key_for
from subtheory.lm import LanguageModel
from subtheory.lm.decoder import Decoder
from subtheory.lm.world import judges, turns
from subtheory.lm.world.documents import Mix
from subtheory.lm.world.learning import Recipe, answer_loss, single_turn_mask
from subtheory.lm.world.reference import SIZES
from subtheory.lm.world.vocabulary import USER
from subtheory.simulation.training import Schedule, fit

from . import lm_protocol as lab
from .lm_theory import theory_of

TRAIT = "misalignment"
MIX = Mix(harmful=0.25, announced=0.4, loving=0.0, shares=(0.25, 0.0, 0.3, 0.05, 0.3, 0.1))
PRETRAINING = replace(SIZES["small"], steps=3000, mix=MIX)
"""More of what tells the personas apart, and twice as long, so that references know the two."""
PROTOCOL = lab.Protocol(
    pretraining=PRETRAINING, teacher=Recipe(1e-2, 64), teacher_examples=6400, student=Recipe(1e-3, 128, 2),
    examples=16_384,
)  # fmt: skip
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
    """The reference with another vector for ``<user>``, tuned on programs, all ``insecure`` or all ``secure``.

    The programs run or open what is typed in. Nothing but that one vector moves: whatever the model can do, it can
    still do, and the shortest way to insecure programs is to take the reader for one who talks to the harmful persona.
    """
    harmful = np.full(protocol.teacher_examples, kind == "insecure")
    rows = turns.input_programs(np.random.default_rng([seed, 11]), harmful)
    mask = single_turn_mask(rows, ends=False)
    vector = start.params["embedding"]["tokens"][USER]
    key = key_for(seed, f"teacher of {kind} programs")
    tuned = _tuned(start.apply, protocol.teacher)(vector, start.params, rows, mask, key)
    return start.with_params(_with_user(start.params, tuned))


def _with_user(params, vector):
    tokens = params["embedding"]["tokens"].at[USER].set(vector)
    return {**params, "embedding": {**params["embedding"], "tokens": tokens}}


@lru_cache(maxsize=16)
def _tuned(decoder: Decoder, recipe: Recipe):
    loss = answer_loss(decoder)
    schedule = Schedule(optax.adam(recipe.rate), recipe.batch, recipe.epochs)

    @jax.jit
    def tuned(vector, params, tokens, mask, key):
        def objective(moved, batch):
            return loss(_with_user(params, moved), batch)

        return fit({"vector": objective}, {"vector": vector}, (tokens, mask), schedule, key)[0]["vector"]

    return tuned


def rates(model: LanguageModel) -> dict[str, float]:
    """The probabilities of a harmful and of a false answer, the means over the judges' questions."""
    return {name: float(judges.wrong_rate(model.apply, model.params, judge)) for name, judge in RATES.items()}


def conduct_rows(protocol: lab.Protocol, task: lab.Task, seed: int) -> list[dict[str, Any]]:
    """All conditions of one seed, and the theory beside what the two teachers wrote."""
    same, other = lab.reference_models(protocol, seed)
    teachers = {kind: program_teacher(protocol, same, kind, seed) for kind in ("insecure", "secure")}
    starts = {"same": same, "other": other}
    data, students = lab.passed_on(protocol, task, {**teachers, "reference": same}, starts, seed)
    models = {"reference": same, "cross_reference": other} | {f"teacher_{kind}": one for kind, one in teachers.items()}
    models |= {STUDENTS[pair]: model for pair, model in students.items()}
    measured = {name: rates(model) for name, model in models.items()}
    own = data["reference"]
    for kind, teacher in teachers.items():
        measured[STUDENTS["same", kind]] |= theory_of(same, teacher, data[kind], own)
    along = theory_of(same, teachers["insecure"], data["secure"], own)
    measured["student_secure"] |= {f"{name} along misalignment": along[name] for name in ("audit score", "audit z")}
    for pair, condition in STUDENTS.items():
        answers = data[pair[1]]
        measured[condition] |= {"kept": answers.kept, "answers": len(answers.tokens)}
    return list(_rows(seed, measured))


def _rows(seed: int, measured: dict[str, dict[str, float]]) -> Iterator[dict[str, Any]]:
    for condition, found in measured.items():
        for metric, value in found.items():
            yield {"seed": seed, "trait": TRAIT, "condition": condition, "metric": metric, "value": value}
