"""The direction of the trait, v = −∇L_T(θ₀), from examples of the trait or from a teacher (theory.md, section 0)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import jax
import jax.numpy as jnp

from ..._checks import same_structure
from ..._tree import negative
from ..._typing import Params
from ..coordinates.paths import restricted
from ..model import LanguageModel
from ..text.batches import Example
from .factors.parts import norm_squared
from .scoring import Workload, mean_gradient


@dataclass(frozen=True)
class Direction:
    """Where a teacher of the trait would go from the reference model.

    Attributes:
        v: in the space of the parameters; its matrices may be ``Factors``, its embeddings a ``Table`` (T16).
        norm: ‖v‖.
        source: in words.
        loss: the trait loss, in nats per token; None for a direction that was taken from a teacher.
        examples: of the trait, how many.
        tokens: of the trait, how many were scored.
        rank: to which the matrices of v are truncated; None where v is exact.
        left_out: ‖v − v_r‖/‖v‖, v_r being what truncating left.
        cosine: of v and v_r.
    """

    v: Params = field(repr=False)
    norm: float
    source: str
    loss: float | None
    examples: int
    tokens: int
    rank: int | None = None
    left_out: float = 0.0
    cosine: float = 1.0


def trait_direction(
    lm: LanguageModel, examples: Sequence[Example], work: Workload, parameters: Sequence[str] = ()
) -> Direction:
    """v = −∇L_T(θ₀), L_T being the mean negative log-likelihood of all tokens of the trait's completions.

    Args:
        lm: the reference model.
        examples: the trait: prompts, and completions that show it.
        work: batches and devices.
        parameters: patterns of paths such as ``layers/mlp`` or ``layers/2``; v is zero elsewhere. All if empty.

    Raises:
        ValueError: a pattern that no parameter matches, or a gradient that is zero or not finite.
    """
    params = work.placed(lm.params, rows=False)
    gradient, loss, tokens = mean_gradient(lm.apply, params, examples, work)
    v = _restricted(negative(gradient), parameters)
    return Direction(v, checked_norm(v, "the trait's gradient"), "the trait's examples", loss, len(examples), tokens)


def teacher_direction(lm: LanguageModel, teacher: LanguageModel, parameters: Sequence[str] = ()) -> Direction:
    """v = θ_T − θ₀, from a teacher that was trained from the reference model.

    Raises:
        ValueError: a teacher of another architecture or dtype, or one that equals the reference model.
    """
    same_structure("the teacher", teacher.params, "the model", lm.params)
    v = _restricted(jax.tree.map(jnp.subtract, teacher.params, lm.params), parameters)
    return Direction(v, checked_norm(v, "the teacher's displacement"), "a teacher's displacement", None, 0, 0)


def _restricted(v: Params, parameters: Sequence[str]) -> Params:
    return restricted(v, parameters) if parameters else v


def checked_norm(v: Params, name: str) -> float:
    """‖v‖, of matrices in factors too.

    Raises:
        ValueError: a norm that is zero or not finite.
    """
    norm = math.sqrt(norm_squared(v))
    if not 0 < norm < float("inf"):
        raise ValueError(
            f"the norm of {name} is {norm}; expected a positive finite number, so that there is a direction."
        )
    return norm
