"""Filtering cannot remove the trait to first order: the variance law (theory.md, T10)."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from .._checks import is_traced
from .._typing import Rate


def kept_distribution(
    log_probabilities: Float[Array, " strings"], keep: Float[Array, " strings"]
) -> Float[Array, " strings"]:
    """p_{0|kept}(x) = p₀(x) w(x) / Σ p₀ w, for enumerated strings.

    Args:
        log_probabilities: log p₀ of every string.
        keep: w(x) ∈ [0, 1], the probability that the filter keeps the string.

    Raises:
        ValueError: a keep-probability outside [0, 1], or a filter that keeps nothing.
    """
    weights = None if is_traced(keep) else np.asarray(keep)
    if weights is not None and not ((weights >= 0) & (weights <= 1)).all():
        worst = weights.flat[np.argmax(np.abs(weights - 0.5))]
        raise ValueError(f"the filter keeps with probability {worst:.3g}; expected values between 0 and 1.")
    kept = jnp.exp(log_probabilities) * keep
    total = jnp.sum(kept)
    if not is_traced(total) and not float(total) > 0:
        raise ValueError("the filter keeps nothing; expected at least one string with positive probability.")
    return kept / total


def kept_variance(
    log_probabilities: Float[Array, " strings"], keep: Float[Array, " strings"], score: Float[Array, " strings"]
) -> Float[Array, ""]:
    """Var_{p₀·w}(s_v): what the filter leaves of the channel's information (T10)."""
    p = kept_distribution(log_probabilities, keep)
    mean = jnp.sum(p * score)
    return jnp.sum(p * (score - mean) ** 2)


def predicted_filter_gap(
    log_probabilities: Float[Array, " strings"],
    keep: Float[Array, " strings"],
    score: Float[Array, " strings"],
    epsilon: Rate,
) -> Float[Array, ""]:
    """ε Var_{p₀·w}(s_v) ≥ 0, the alignment that survives the filter (T10).

        (Δθ_S^teacher − Δθ_S^control)·v = ε Var_{p₀·w}(s_v) + O(ε²)

    Teacher and control are filtered alike; the gap is zero only if s_v is constant on what the filter keeps.

    Args:
        log_probabilities: log p₀ of every string, under the reference model.
        keep: w(x) of every string.
        score: s_v of every string (``subtheory.theory.sampling.scores``).
        epsilon: the teacher's learning rate.

    Raises:
        ValueError: as ``kept_distribution``.
    """
    return epsilon * kept_variance(log_probabilities, keep, score)
