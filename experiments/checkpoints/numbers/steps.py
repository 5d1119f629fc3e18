"""One step of a student with its certificate (T1, T2, T5), and every step of an imitation of the teacher (T14)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

import subtheory as st
from subtheory._tree import inner
from subtheory._typing import Params, TraitLoss
from subtheory.lm.model import LanguageModel
from subtheory.lm.text.batches import Example, bucket_length
from subtheory.lm.verification.setting import NextTokenLogits
from subtheory.setting.compiled import computed
from subtheory.setting.setting import Setting
from subtheory.simulation.student import student_update
from subtheory.simulation.trajectory import Training, imitate
from subtheory.theory.radius import finite_step
from subtheory.theory.trajectory import ImitationTerms, imitation_terms, largest_certified_rate

PLACES = 8
"""At so many places of every answer, on average, the student imitates: a fixed number in all, so that one program does
for every seed."""


def answer_setting(start: LanguageModel, examples: Sequence[Example], trait: TraitLoss, v: Params) -> Setting:
    """The setting whose channel is the next token at the places of some answers."""
    return Setting(
        apply=NextTokenLogits(start.apply), teacher_init=start.params, student_init=start.params, trait_loss=trait,
        teacher_update=v, imitation_loss=st.losses.softmax_cross_entropy, inputs=answer_places(examples),
    )  # fmt: skip


def answer_places(examples: Sequence[Example]) -> dict[str, np.ndarray]:
    """Inputs of ``NextTokenLogits``: the places behind which an answer's tokens stand, ``PLACES`` for each example.

    They are taken in turn, and the first ones again where there are too few.
    """
    width = bucket_length(max(map(len, examples)))
    tokens, places = np.zeros((len(examples), width), np.int32), []
    for row, one in enumerate(examples):
        tokens[row, : len(one)] = one.tokens
        places += [(row, len(one.prompt) + place - 1) for place in range(len(one.completion))]
    rows, columns = np.resize(np.array(places, np.int32), (PLACES * len(examples), 2)).T
    return {"tokens": tokens, "rows": rows, "columns": columns}


def one_step(setting: Setting, epsilon: float, alpha: float) -> dict[str, float]:
    """What one step of teacher and student does: φ, εA, cosine, trait loss, and the terms of the certificate."""
    found = {name: float(value) for name, value in st.measure_step(setting, epsilon, alpha).items()}
    dtype = jnp.result_type(*jax.tree.leaves(setting.teacher_init))
    finite = computed(_finite, setting, jnp.asarray(epsilon, dtype))
    wanted = (
        "inner_product", "predicted_inner_product", "cosine", "predicted_cosine", "trait_loss_change",
        "predicted_trait_loss_change", "certified",
    )  # fmt: skip
    return {name.replace("_", " "): found[name] for name in wanted} | {
        name: float(value) for name, value in zip(("monotone", "remainder", "rounding"), finite, strict=True)
    }


def _finite(setting: Setting, epsilon: jax.Array) -> tuple[jax.Array, jax.Array, jax.Array]:
    found = finite_step(setting, epsilon)
    return found.monotone, found.remainder, found.rounding


def imitation(setting: Setting, teacher: Params, share: float, steps: int) -> list[dict[str, float]]:
    """S, ρ and where the student goes, at every step of plain descent towards a teacher's distributions.

    Args:
        setting: where the student starts, and at which places it imitates.
        teacher: θ_T.
        share: of the largest certified rate at the start (T14, b), which is the rate of all steps.
        steps: how many.
    """
    dtype = jnp.result_type(*jax.tree.leaves(teacher))
    training: Training = computed(_imitated, setting, teacher, jnp.asarray(share, dtype), steps)
    terms: ImitationTerms = training.watched
    S, rho = (np.asarray(part, np.float64).mean(axis=1) for part in (terms.monotones, terms.remainders))
    way, moved = (np.asarray(part, np.float64) for part in (training.distance, training.displacement))
    bound = 2 * np.maximum(S - rho, 0) / np.asarray(training.squared_gradient, np.float64)
    return [
        {
            "monotone": S[k],
            "remainder": rho[k],
            "progress": float(training.progress[k]),
            "certified": float(S[k] > abs(rho[k])),
            "closer": float(way[k + 1] < way[k]),
            "rate": float(training.rate[k]),
            "largest certified rate": bound[k],
            "cosine": float(training.inner[k + 1]) / (moved[k + 1] * way[0]),
            "cosine bound": moved[k + 1] / (2 * way[0]),
            "imitation loss": float(training.loss[k]),
        }
        for k in range(steps)
    ]


def _imitated(setting: Setting, teacher: Params, share: jax.Array, steps: int) -> Any:
    start = setting.student_init
    gradient = student_update(setting, setting.channel_outputs(teacher))
    bound = largest_certified_rate(imitation_terms(setting, start, teacher).progress, inner(gradient, gradient))
    return imitate(
        setting, teacher, optax.sgd(share * bound), steps,
        watch=lambda params: imitation_terms(setting, params, teacher),
    )  # fmt: skip
