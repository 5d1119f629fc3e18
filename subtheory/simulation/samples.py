"""Sampled data: labels drawn from the teacher, and the maximum-likelihood step on them (T9)."""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from .._checks import is_traced
from .._tree import inner, negative
from .._typing import Key, Params, Rate
from ..setting.setting import Setting
from .teacher import teacher_outputs


def sample_labels(key: Key, setting: Setting, epsilon: Rate, repetitions: int = 1) -> Int[Array, "repetitions N"]:
    """Labels y ~ σ(z_T(x)) of every input, drawn anew in every repetition; ε = 0 draws from the reference model."""
    from_reference = not is_traced(epsilon) and epsilon == 0
    logits = setting.channel_outputs(setting.teacher_init) if from_reference else teacher_outputs(setting, epsilon)
    return jax.random.categorical(key, logits, shape=(repetitions, *logits.shape[:-1]))


def sampled_label_update(setting: Setting, labels: Int[Array, " N"]) -> Params:
    """Δθ_S of one maximum-likelihood step on the labels: −∇ of their mean negative log-likelihood."""

    def negative_log_likelihood(params):
        log_p = jax.nn.log_softmax(setting.channel_outputs(params))
        return -jnp.mean(jnp.take_along_axis(log_p, labels[..., None], axis=-1))

    return negative(jax.grad(negative_log_likelihood)(setting.student_init))


def sampled_inner_products(
    key: Key, setting: Setting, epsilon: Rate, repetitions: int, batch: int = 64
) -> Float[Array, " repetitions"]:
    """Δθ_S·v of ``repetitions`` independent data sets of one label per input, each by its own gradient step."""
    v = setting.update_direction()
    labels = sample_labels(key, setting, epsilon, repetitions)

    def one(drawn):
        update = sampled_label_update(setting, drawn)
        return inner(update, v)

    return jax.lax.map(one, labels, batch_size=batch)


def weighted_likelihood_update(
    log_likelihood: Callable[[Params], Float[Array, " strings"]], params: Params, weights: Float[Array, " strings"]
) -> Params:
    """Δθ_S of a maximum-likelihood step on a weighted set of strings: ∇ Σ_x q(x) log p_θ(x), q normalised.

    Args:
        log_likelihood: params ↦ log p_θ(x) of every string.
        params: the student's initialisation.
        weights: non-negative, proportional to how often each string occurs in the data.
    """
    q = weights / jnp.sum(weights)
    return jax.grad(lambda theta: jnp.sum(q * log_likelihood(theta)))(params)
