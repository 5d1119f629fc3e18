"""Sampled outputs: alignment is a likelihood-ratio statistic (theory.md, T9)."""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float
from scipy.special import ndtr, ndtri

from .._checks import positive_finite
from .._tree import move
from .._typing import Params, Rate
from ..setting.setting import Setting
from .gauss_newton import output_change


def scores(
    log_likelihood: Callable[[Params], Float[Array, "*samples"]], params: Params, v: Params
) -> Float[Array, "*samples"]:
    """s_v(x) = d/dε log p_{θ₀+εv}(x) at ε = 0, for every sample at once, by one JVP (T9).

    Args:
        log_likelihood: the log-probabilities of the samples as a function of the parameters.
        params: θ₀, the reference model.
        v: the teacher's direction.

    >>> bernoulli = lambda w: jax.nn.log_sigmoid(jnp.array([1.0, -1.0]) * w)
    >>> scores(bernoulli, jnp.zeros(()), jnp.ones(()))
    Array([ 0.5, -0.5], dtype=float64)
    """
    return jax.jvp(log_likelihood, (params,), (v,))[1]


def label_score(setting: Setting, labels: jax.Array, v: Params | None = None) -> Float[Array, "*samples"]:
    """s_v of labels y ~ σ(z(x)): ⟨onehot(y) − σ(z), Jv⟩ (T9).

    Args:
        setting: the channel's outputs are the logits of the labels.
        labels: ``[..., inputs]``, one label per input in every repetition.
        v: the teacher's direction; the setting's own if absent.
    """
    v = setting.update_direction() if v is None else v
    z, Jv = output_change(setting, v)
    centred = Jv - jnp.sum(jax.nn.softmax(z) * Jv, axis=-1, keepdims=True)
    return jnp.take_along_axis(jnp.broadcast_to(centred, (*labels.shape, z.shape[-1])), labels[..., None], -1)[..., 0]


def fisher_information(setting: Setting, v: Params | None = None) -> Float[Array, ""]:
    """A of the samples, E_x Var_{y ~ σ(z)}(s_v): the variance of one sample's score at the reference (T9)."""
    v = setting.update_direction() if v is None else v
    z, Jv = output_change(setting, v)
    p = jax.nn.softmax(z)
    mean = jnp.sum(p * Jv, axis=-1, keepdims=True)
    return jnp.mean(jnp.sum(p * (Jv - mean) ** 2, axis=-1))


def information_per_sample(setting: Setting, epsilon: Rate) -> Float[Array, ""]:
    """KL(teacher ‖ reference) of one label, in nats: ε²A/2 + O(ε³) (T9)."""
    v = setting.update_direction()
    teacher = jax.nn.log_softmax(setting.channel_outputs(move(setting.teacher_init, epsilon, v)))
    reference = jax.nn.log_softmax(setting.channel_outputs(setting.teacher_init))
    return jnp.mean(jnp.sum(jnp.exp(teacher) * (teacher - reference), axis=-1))


def sign_probability(total_nats: float) -> float:
    """P(Δθ_S·v > 0) ≈ Φ(√(2·nats)), with nats the information of the whole data set (T9).

    Raises:
        ValueError: if the information is negative or not finite.

    >>> round(sign_probability(2.7), 2)
    0.99
    """
    if not 0 <= total_nats < float("inf"):
        raise ValueError(f"total_nats is {total_nats}; expected zero or more, and finite.")
    return float(ndtr((2 * total_nats) ** 0.5))


def score_skewness(setting: Setting, v: Params | None = None) -> Float[Array, ""]:
    """γ = E_x E_{y ~ σ(z)}[s_v³] / A^{3/2}: how lopsided one sample's score is at the reference (T9)."""
    v = setting.update_direction() if v is None else v
    z, Jv = output_change(setting, v)
    p = jax.nn.softmax(z)
    s = Jv - jnp.sum(p * Jv, axis=-1, keepdims=True)
    return jnp.mean(jnp.sum(p * s**3, axis=-1)) / jnp.mean(jnp.sum(p * s**2, axis=-1)) ** 1.5


def finite_sample_sign_probability(total_nats: float, samples: int, skewness: float) -> float:
    """The law of nats with its first correction for a finite number N of samples (T9):

        P(Δθ_S·v > 0) = Φ(√(2I)) − γ (1 + 2I) φ(√(2I)) / (6√N) + O(1/N)

    with φ the normal density. A data set of lopsided scores is not one point of the curve for all sizes.

    Args:
        total_nats: I, of the whole data set.
        samples: N.
        skewness: γ, ``score_skewness``.

    Raises:
        ValueError: if the information is negative or not finite, or there is no sample.

    >>> round(finite_sample_sign_probability(1.5, 64, 2.0), 3), round(sign_probability(1.5), 3)
    (0.944, 0.958)
    """
    if samples < 1:
        raise ValueError(f"samples is {samples}; expected at least 1.")
    law, root = sign_probability(total_nats), (2 * total_nats) ** 0.5
    density = jnp.exp(-total_nats) / (2 * jnp.pi) ** 0.5
    return float(law - skewness * (1 + root**2) * density / (6 * samples**0.5))


def nats_to_settle(probability: float) -> float:
    """The information in nats at which the sign is right with the given probability: Φ⁻¹(p)²/2 (T9).

    Raises:
        ValueError: unless the probability lies between one half and one.

    >>> round(nats_to_settle(0.99), 1)
    2.7
    """
    positive_finite("probability", probability)
    if not 0.5 <= probability < 1:
        raise ValueError(f"probability is {probability}; expected at least 0.5 and below 1.")
    return float(ndtri(probability) ** 2 / 2)
