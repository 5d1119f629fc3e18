"""Finite α: how far the student may step before the trait loss stops falling (theory.md, T6)."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from .._tree import inner, move
from .._typing import Params, Rate, TraitLoss


@dataclass(frozen=True)
class StudentStep:
    """The two terms of T6 at one α: change = −α φ + α² mean_curvature."""

    alpha: Rate
    inner_product: Float[Array, ""]
    mean_curvature: Float[Array, ""]

    @property
    def trait_loss_change(self) -> Float[Array, ""]:
        """L_T(θ₀ + αΔ) − L_T(θ₀)."""
        return -self.alpha * self.inner_product + self.alpha**2 * self.mean_curvature


def student_step(trait_loss: TraitLoss, params: Params, update: Params, alpha: Rate, nodes: int = 64) -> StudentStep:
    """The trait loss's change, exactly, by Gauss-Legendre quadrature of Hessian-vector products (T6).

        L_T(θ₀+αΔ) − L_T(θ₀) = −αφ + α² ∫₀¹ (1−s) Δᵀ∇²L_T(θ₀+sαΔ)Δ ds

    with φ = −∇L_T(θ₀)·Δ. Only one Hessian-vector product per node is taken.

    Args:
        trait_loss: L_T, twice differentiable.
        params: θ₀.
        update: Δ = Δθ_S.
        alpha: the student's learning rate.
        nodes: points of the quadrature; exact when L_T is a polynomial of degree ≤ 2·nodes along Δ.

    >>> step = student_step(lambda w: 0.5 * jnp.sum(w**2), jnp.ones(2), -jnp.ones(2), 0.5)
    >>> round(float(step.trait_loss_change), 12)  # ½·2·(0.25 − 1)
    -0.75
    """
    points, weights = np.polynomial.legendre.leggauss(nodes)
    gradient = jax.grad(trait_loss)
    slope = inner(gradient(params), update)

    def curvature_at(s):
        there = move(params, s * alpha, update)
        return inner(update, jax.jvp(gradient, (there,), (update,))[1])

    s = jnp.asarray(0.5 * (points + 1), slope.dtype)
    half = jnp.asarray(0.5 * weights, slope.dtype)
    values = jax.lax.map(curvature_at, s, batch_size=16)
    return StudentStep(alpha, -slope, jnp.sum(half * (1 - s) * values))


def guaranteed_alpha(
    trait_loss: TraitLoss, params: Params, update: Params, start: float = 1e-3, largest: float = 1e9
) -> float:
    """The largest α such that every step up to it lowers the trait loss: the first zero of φ − α·mean_curvature (T6).

    Found by doubling from ``start`` and bracketing, so a rise that ends within one doubling is missed.

    Returns:
        that α; infinity if the loss falls up to ``largest``; 0 if φ ≤ 0, where no step is guaranteed.
    """
    from scipy.optimize import root_scalar

    dtype = jax.tree.leaves(params)[0].dtype

    def value(alpha):
        return float(_margin(trait_loss, params, update, jnp.asarray(alpha, dtype)))

    if value(start * 1e-6) <= 0:
        return 0.0
    low, high = start * 1e-6, start
    while value(high) > 0:
        low, high = high, 2 * high
        if high > largest:
            return float("inf")
    return float(root_scalar(value, bracket=(low, high), method="brentq", rtol=1e-12).root)


@functools.partial(jax.jit, static_argnames="trait_loss")
def _margin(trait_loss: TraitLoss, params: Params, update: Params, alpha: jax.Array) -> jax.Array:
    """φ − α·mean_curvature(α): above zero as long as a step of α lowers the trait loss."""
    step = student_step(trait_loss, params, update, alpha)
    return step.inner_product - alpha * step.mean_curvature
