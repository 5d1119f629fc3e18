"""Filters that try to remove the trait from the teacher's data, and what the student learns all the same (T10)."""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from .._tree import inner, move
from .._typing import Key, Params, Rate
from .samples import weighted_likelihood_update

Keep = Float[Array, " strings"]


def keep_without_token(strings: Int[np.ndarray, "N T"], token: int) -> Keep:
    """A blacklist: drop every string that holds a token."""
    return jnp.asarray(~(strings == token).any(axis=1), float)


def keep_format(strings: Int[np.ndarray, "N T"]) -> Keep:
    """A format rule: keep strings without two equal neighbours."""
    return jnp.asarray((np.diff(strings, axis=1) != 0).all(axis=1), float)


def keep_randomly(key: Key, count: int) -> Keep:
    """A soft filter: every string has its own keep-probability, uniform in [0, 1]."""
    return jax.random.uniform(key, (count,), float)


def keep_lowest_scores(score: Float[Array, " strings"], fraction: float) -> Keep:
    """A judge that knows the trait perfectly: drop the strings that speak most for the teacher."""
    return jnp.asarray(score <= jnp.quantile(score, fraction), score.dtype)


def keep_narrow_band(score: Float[Array, " strings"], fraction: float) -> Keep:
    """The most hostile rule for a given share of strings: keep those whose score is nearest to the median."""
    distance = jnp.abs(score - jnp.median(score))
    return jnp.asarray(distance <= jnp.quantile(distance, fraction), score.dtype)


def keep_one_level(score: Float[Array, " strings"]) -> Keep:
    """Keep a single string, so that the score is constant on what is kept: the law's equality case."""
    return jnp.asarray(jnp.arange(score.size) == jnp.argmax(score), score.dtype)


def filtered_inner_product(
    log_likelihood: Callable[[Params], Float[Array, " strings"]],
    student_init: Params,
    source: Params,
    keep: Keep,
    v: Params,
) -> Float[Array, ""]:
    """Δθ_S·v of a student that imitates all strings of a source model, weighted by a filter.

    Args:
        log_likelihood: params ↦ log p_θ(x) of *every* string, so that the expectation is exact.
        student_init: θ₀.
        source: parameters of the model that wrote the data: teacher or reference.
        keep: the filter's keep-probabilities.
        v: the teacher's direction.
    """
    weights = jnp.exp(log_likelihood(source)) * keep
    return inner(weighted_likelihood_update(log_likelihood, student_init, weights), v)


def filter_gap(
    log_likelihood: Callable[[Params], Float[Array, " strings"]],
    reference: Params,
    v: Params,
    keep: Keep,
    epsilon: Rate,
) -> Float[Array, ""]:
    """(Δθ_S^teacher − Δθ_S^control)·v, both filtered by the same rule, by exact enumeration (T10)."""
    teacher = move(reference, epsilon, v)
    taught = filtered_inner_product(log_likelihood, reference, teacher, keep, v)
    return taught - filtered_inner_product(log_likelihood, reference, reference, keep, v)
