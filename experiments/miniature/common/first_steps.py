"""The first step of a student in its own coordinates: does it point where the teacher went (theory.md, T8, T13)?

With θ = θ₀ + C ξ near the start and g the gradient of the log-likelihood of answers, gradient descent steps along
C Cᵀg, and Adam, whose first step is nearly that of signs, along C sign(Cᵀg). For adapters C is B ↦ A B.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import optax

from subtheory._keys import key_for
from subtheory._typing import Params
from subtheory.lm import LanguageModel, merged
from subtheory.lm.decoder.decoder import Decoder

from ..world.learning import answer_loss
from .coordinates import ALL, LAYERS, in_method
from .protocol import Answers, displacement, first
from .theory import SAMPLE

DRAWS = 100
"""How many adapters are drawn to say how often one points along v."""

STEPS = ("adam", "sgd")
"""Whose first step is known in closed form; others of ``OPTIMISERS`` step like one of these at first."""


def likelihood_gradient(start: LanguageModel, data: Answers) -> Params:
    """g: the gradient of the mean log-likelihood of the tokens of answers."""
    data = first(data, SAMPLE)
    return _gradient(start.apply, start.params, data.tokens, data.mask, int(data.mask.any(axis=0).argmax()))


def step_along(model: LanguageModel, g: Params, optimiser: str) -> Params:
    """The first step of a model in coordinates, in the space of all parameters and up to its length."""

    def whole(xi: Params) -> Params:
        return merged(model.with_params(xi)).params

    (u,) = jax.vjp(whole, model.params)[1](g)
    return jax.jvp(whole, (model.params,), (u if optimiser == "sgd" else jax.tree.map(jnp.sign, u),))[1]


def first_steps(
    start: LanguageModel, teacher: LanguageModel, data: Answers, control: Answers, methods: Sequence[str], seed: int
) -> dict[tuple[str, str], dict[str, float]]:
    """(Method, optimiser) → metrics of the step on a teacher's answers less that on the reference's own.

    - ``first step``: its cosine with v = θ_T − θ₀. It is positive for gradient descent on all that the teacher moved;
      an adapter projects the gradient and not v, so that no sign is sure (T13), but over draws of A the mean of A Aᵀ
      is r/n times the identity for a map from n;
    - ``positive adapters``: of ``DRAWS`` other adapters of the same rank, the share whose step is along v.
    """
    given = (*(likelihood_gradient(start, answers) for answers in (data, control)), displacement(teacher, start))
    own, others = key_for(seed, "adapter")[None], jax.random.split(key_for(seed, "other adapters"), DRAWS)
    found: dict[tuple[str, str], dict[str, float]] = {}
    for method in methods:
        drawn = jnp.concatenate([own, others]) if method not in (ALL, LAYERS) else own
        for optimiser in STEPS:
            cosines = np.asarray(_cosines(start.apply, start.params, *given, drawn, method, optimiser))
            found[method, optimiser] = {"first step": float(cosines[0])}
            if len(cosines) > 1:
                found[method, optimiser]["positive adapters"] = float(np.mean(cosines[1:] > 0))
    return found


@partial(jax.jit, static_argnums=(0, 4))
def _gradient(decoder: Decoder, params: Params, tokens, mask, place: int) -> Params:
    loss = answer_loss(decoder, place)
    return jax.grad(lambda theta: -loss(theta, (tokens, mask)))(params)


@partial(jax.jit, static_argnums=(0, 6, 7))
def _cosines(decoder: Decoder, params: Params, g, g_control, v, keys, method: str, optimiser: str):
    """[draws] the cosine with v of the steps of models whose adapters are drawn by these keys."""

    def cosine(key: jax.Array):
        model = in_method(LanguageModel(decoder, params), method, key)
        step = jax.tree.map(jnp.subtract, *(step_along(model, one, optimiser) for one in (g, g_control)))
        return optax.tree.vdot(step, v) / (optax.tree.norm(step) * optax.tree.norm(v))

    return jax.vmap(cosine)(keys)
