"""Imitation losses ℓ(z, y) of the student's outputs z and the teacher's outputs y, with their curvature M (T0).

Every loss is a sum over the outputs of the channel (the last axis) and becomes a mean over the inputs when it is used.
A loss that satisfies the premises of T0 obeys Lemma 1; ``subtheory.check_premises`` tells which a loss breaks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import ArrayLike
from jaxtyping import Array, Float

from .._checks import positive_finite

Outputs = Float[Array, "*batch m"]
PerInput = Float[Array, "*batch"]


@dataclass(frozen=True)
class ImitationLoss:
    """An imitation loss with the operators that the theory needs.

    Attributes:
        name: what the loss is called in reports.
        value: ``value(z, y) -> per-input loss``; outputs ``[..., m]`` to ``[...]``.
        curvature: ``curvature(z, dz) -> M dz`` with M = −∂²ℓ/∂y∂z at y = z (T0), input by input.
        mean_map: μ with ∂ℓ/∂z = μ(z) − μ(y) and μ monotone, where the loss has one (T5); otherwise None.
    """

    name: str
    value: Callable[[Outputs, Outputs], PerInput]
    curvature: Callable[[Outputs, Outputs], Outputs]
    mean_map: Callable[[Outputs], Outputs] | None = None

    def gradient(self, z: Outputs, y: Outputs) -> Outputs:
        """∂ℓ/∂z at (z, y), input by input."""
        return jax.grad(lambda outputs: jnp.sum(self.value(outputs, y)))(z)

    def mixed_curvature(self, z: Outputs, y: Outputs, dy: Outputs) -> Outputs:
        """−∂²ℓ/∂y∂z · dy at any (z, y), by automatic differentiation; at y = z it is ``curvature`` (T4)."""
        return -jax.jvp(lambda targets: self.gradient(z, targets), (y,), (dy,))[1]

    def mean(self, z: Outputs, y: Outputs) -> Float[Array, ""]:
        """E_D ℓ: the mean over all inputs."""
        return jnp.mean(self.value(z, y))


def from_function(function: Callable[[jax.Array, jax.Array], jax.Array], name: str | None = None) -> ImitationLoss:
    """Make an imitation loss of any function of *one* input's outputs, with curvature by automatic differentiation.

    Args:
        function: ``function(z[m], y[m]) -> scalar``, differentiable in both arguments.
        name: what to call it; the function's own name if absent.

    Raises:
        ValueError: when used, if the function does not return a scalar.

    >>> quartic = from_function(lambda z, y: jnp.sum((z - y) ** 4), "quartic")
    >>> float(quartic.mean(jnp.array([[1.0]]), jnp.array([[3.0]])))
    16.0
    """
    name = name or str(getattr(function, "__name__", "user loss"))

    def one(z, y):
        out = function(z, y)
        if jnp.shape(out) != ():
            raise ValueError(
                f"the imitation loss {name!r} returned shape {jnp.shape(out)} for one input's outputs; expected a "
                "scalar: sum over the outputs, the mean over inputs is taken for you."
            )
        return out

    def value(z, y):
        rows = jax.vmap(one)(z.reshape(-1, z.shape[-1]), y.reshape(-1, y.shape[-1]))
        return rows.reshape(z.shape[:-1])

    def curvature(z, dz):
        return loss.mixed_curvature(z, z, dz)

    loss = ImitationLoss(name, value, curvature)
    return loss


def weighted_squared_error(weights: ArrayLike | Sequence[float] = 1.0, name: str = "squared error") -> ImitationLoss:
    """ℓ = Σ_k w_k (z_k − y_k)², so M = diag(2w) and μ(z) = 2wz.

    Args:
        weights: w, one non-negative number or one for each output of the channel.
        name: what to call it in reports.

    Raises:
        ValueError: weights that are negative, not finite, or (when used) not as many as the outputs.
    """
    double = 2 * np.asarray(weights, np.float64)
    if double.ndim > 1 or not (np.isfinite(double) & (double >= 0)).all():
        raise ValueError(f"the weights are {weights}; expected finite numbers, none negative, one or one per output.")

    def twice(z):
        if double.ndim == 1 and double.size != z.shape[-1]:
            raise ValueError(f"got {double.size} weights for {z.shape[-1]} outputs; expected one for each.")
        return jnp.broadcast_to(jnp.asarray(double, z.dtype), z.shape) * z

    return ImitationLoss(
        name=name,
        value=lambda z, y: 0.5 * jnp.sum(twice(z - y) * (z - y), axis=-1),
        curvature=lambda z, dz: twice(dz),
        mean_map=twice,
    )


def _fisher(p, dz):
    """(diag p − p pᵀ) dz, the Fisher information of a categorical distribution in its logits."""
    return p * (dz - jnp.sum(p * dz, axis=-1, keepdims=True))


def softmax_cross_entropy_at(temperature: float | int = 1.0) -> ImitationLoss:
    """ℓ = −Σ_k σ(y/τ)_k log σ(z/τ)_k, up to a constant of y the forward KL divergence; M = (diag p − p pᵀ)/τ².

    Args:
        temperature: τ, above zero, in units of logits.

    Raises:
        ValueError: if τ is not a positive finite number.
    """
    positive_finite("temperature", temperature)
    tau = temperature
    return ImitationLoss(
        name="softmax cross-entropy" + ("" if tau == 1 else f" at temperature {tau:g}"),
        value=lambda z, y: -jnp.sum(jax.nn.softmax(y / tau) * jax.nn.log_softmax(z / tau), axis=-1),
        curvature=lambda z, dz: _fisher(jax.nn.softmax(z / tau), dz) / tau**2,
        mean_map=lambda z: jax.nn.softmax(z / tau) / tau,
    )


def _kl(logits_p, logits_q):
    log_p, log_q = jax.nn.log_softmax(logits_p), jax.nn.log_softmax(logits_q)
    return jnp.sum(jnp.exp(log_p) * (log_p - log_q), axis=-1)


def _jensen_shannon(z, y):
    log_p, log_q = jax.nn.log_softmax(z), jax.nn.log_softmax(y)
    log_mean = jnp.logaddexp(log_p, log_q) - jnp.log(jnp.asarray(2, z.dtype))
    return 0.5 * jnp.sum(jnp.exp(log_p) * (log_p - log_mean) + jnp.exp(log_q) * (log_q - log_mean), axis=-1)


def top_k(k: int) -> ImitationLoss:
    """KL(p_y‖p_z) over the k outputs with the teacher's largest logits, both renormalised there, input by input.

    With k outputs or fewer in the channel it is the forward KL; with k = 1 it is nothing at all (T3). P3
    holds as long as the teacher's k largest are the student's: where another output overtakes, φ may be
    positive though A is zero (T0).

    Args:
        k: how many outputs, at least 1; ties keep all that are equal to the k-th.

    Raises:
        ValueError: if k is below 1.
    """
    if k < 1:
        raise ValueError(f"k is {k}; expected at least one output.")

    def kept(logits, y):
        least = jax.lax.top_k(y, min(k, y.shape[-1]))[0][..., -1:]
        return jnp.where(jax.lax.stop_gradient(y >= least), logits, jnp.asarray(-jnp.inf, logits.dtype))

    def value(z, y):
        p = jax.nn.softmax(kept(y, y))
        log_p, log_q = (jax.nn.log_softmax(kept(logits, y)) for logits in (y, z))
        return jnp.sum(jnp.where(p > 0, p * (jnp.where(p > 0, log_p, 0) - jnp.where(p > 0, log_q, 0)), 0), axis=-1)

    return ImitationLoss(f"top-{k} KL", value, lambda z, dz: _fisher(jax.nn.softmax(kept(z, z)), dz))


def labels(name: str = "labels") -> ImitationLoss:
    """ℓ = −log σ(z)_k with y the one-hot vector of a label k: maximum likelihood of sampled outputs (T9).

    Its targets are no logits, so it has no curvature at y = z; the mean of its update over samples of σ(y) is that of
    ``softmax_cross_entropy`` with the logits that the labels were sampled from.

    Args:
        name: what to call it in reports.
    """

    def curvature(z, dz):
        raise ValueError(f"the loss {name!r} has no curvature: its targets are labels; use softmax cross-entropy's.")

    return ImitationLoss(name, lambda z, y: -jnp.sum(y * jax.nn.log_softmax(z), axis=-1), curvature)


squared_error = weighted_squared_error()
softmax_cross_entropy = softmax_cross_entropy_at(1.0)
forward_kl = ImitationLoss(
    "forward KL", lambda z, y: _kl(y, z), lambda z, dz: _fisher(jax.nn.softmax(z), dz), jax.nn.softmax
)
reverse_kl = ImitationLoss("reverse KL", _kl, lambda z, dz: _fisher(jax.nn.softmax(z), dz))
jeffreys = ImitationLoss(
    "Jeffreys", lambda z, y: _kl(z, y) + _kl(y, z), lambda z, dz: 2 * _fisher(jax.nn.softmax(z), dz)
)
jensen_shannon = ImitationLoss("Jensen-Shannon", _jensen_shannon, lambda z, dz: 0.25 * _fisher(jax.nn.softmax(z), dz))
sigmoid_cross_entropy = ImitationLoss(
    name="sigmoid cross-entropy",
    value=lambda z, y: jnp.sum(jax.nn.softplus(z) - jax.nn.sigmoid(y) * z, axis=-1),
    curvature=lambda z, dz: jax.nn.sigmoid(z) * jax.nn.sigmoid(-z) * dz,
    mean_map=jax.nn.sigmoid,
)


def bregman(potential: Callable[[jax.Array], jax.Array], name: str = "Bregman") -> ImitationLoss:
    """The Bregman divergence ψ(z) − ψ(y) − ⟨∇ψ(y), z − y⟩ of a convex ψ; M = ∇²ψ(z) and μ = ∇ψ.

    Args:
        potential: ψ, a convex function ``[..., m] -> [...]`` that sums over the last axis.
        name: what to call it in reports.
    """
    mean_map = jax.grad(lambda z: jnp.sum(potential(z)))
    return ImitationLoss(
        name=name,
        value=lambda z, y: potential(z) - potential(y) - jnp.sum(mean_map(y) * (z - y), axis=-1),
        curvature=lambda z, dz: jax.jvp(mean_map, (z,), (dz,))[1],
        mean_map=mean_map,
    )


# The losses that obey the premises, by name, and those that break one: the controls of T0 and T1.
OBEYING: tuple[ImitationLoss, ...] = (
    squared_error,
    softmax_cross_entropy,
    softmax_cross_entropy_at(3.0),
    forward_kl,
    reverse_kl,
    jeffreys,
    jensen_shannon,
    sigmoid_cross_entropy,
    bregman(lambda z: jnp.sum(jnp.cosh(z), axis=-1), "Bregman of cosh"),
)
