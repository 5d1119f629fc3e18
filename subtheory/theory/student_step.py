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

PANELS = (1, 8, 16)
"""Into how many parts of 64 nodes each the integral is cut, tried in order until the identity holds."""


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


def student_step(
    trait_loss: TraitLoss, params: Params, update: Params, alpha: Rate, nodes: int = 64, panels: int = 1
) -> StudentStep:
    """The trait loss's change, exactly, by Gauss-Legendre quadrature of Hessian-vector products (T6).

        L_T(θ₀+αΔ) − L_T(θ₀) = −αφ + α² ∫₀¹ (1−s) Δᵀ∇²L_T(θ₀+sαΔ)Δ ds

    with φ = −∇L_T(θ₀)·Δ. Only one Hessian-vector product per node is taken.

    Args:
        trait_loss: L_T, twice differentiable.
        params: θ₀.
        update: Δ = Δθ_S.
        alpha: the student's learning rate.
        nodes: points of the quadrature; exact when L_T is a polynomial of degree ≤ 2·nodes along Δ.
        panels: parts of the way, with so many nodes each; every one but the first is as long as all before it.

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

    edges = np.array([0.0, *2.0 ** np.arange(1 - panels, 1)])
    lengths = np.diff(edges)[:, None]
    s = jnp.asarray((edges[:-1, None] + lengths * 0.5 * (points[None] + 1)).ravel(), slope.dtype)
    half = jnp.asarray((lengths * 0.5 * weights[None]).ravel(), slope.dtype)
    values = jax.lax.map(curvature_at, s, batch_size=16)
    return StudentStep(alpha, -slope, jnp.sum(half * (1 - s) * values))


def guaranteed_alpha(
    trait_loss: TraitLoss, params: Params, update: Params, start: float = 1e-3, largest: float = 1e9
) -> float:
    """The largest α such that every step up to it lowers the trait loss: the first zero of φ − α·mean_curvature (T6).

    Found by doubling from ``start`` and bracketing, so a rise that ends within one doubling is missed. Every value of
    the integral is checked against the loss itself, by one evaluation: far out the curvature is a narrow peak, and
    takes more than 64 nodes. ``certified.radius.certified_alpha`` misses nothing, and is shorter.

    Returns:
        that α, or the last one tried where 16 panels resolve the integral, if that is less (so it is with a kink such
        as relu's, whose curvature no node sees); infinity if the loss falls up to ``largest``; 0 if φ ≤ 0, where no
        step is guaranteed.
    """
    from scipy.optimize import root_scalar

    dtype = jax.tree.leaves(params)[0].dtype

    def value(alpha):
        return _resolved_margin(trait_loss, params, update, jnp.asarray(alpha, dtype))

    low, high = start * 1e-6, start
    if not value(low) > 0:
        return 0.0
    while (margin := value(high)) > 0:
        low, high = high, 2 * high
        if high > largest:
            return float("inf")
    if np.isnan(margin):
        return low
    root = root_scalar(value, bracket=(low, high), method="brentq", rtol=1e-12).root
    return low if np.isnan(root) else float(root)


def _resolved_margin(trait_loss: TraitLoss, params: Params, update: Params, alpha: jax.Array) -> float:
    """φ − α·mean_curvature(α) with as few panels as give the loss's change, up to √eps and rounding; nan if none do."""
    eps = float(jnp.finfo(alpha.dtype).eps)
    for panels in PANELS:
        terms = _margin_terms(trait_loss, params, update, alpha, panels)
        slope, curved, before, after = (float(part) for part in terms)
        size = float(alpha) * max(abs(slope), abs(curved))
        rounding = 100 * eps * max(abs(before), abs(after))
        if abs(after - before + float(alpha) * (slope - curved)) <= eps**0.5 * size + rounding:
            return slope - curved
    return float("nan")


@functools.partial(jax.jit, static_argnames=("trait_loss", "panels"))
def _margin_terms(
    trait_loss: TraitLoss, params: Params, update: Params, alpha: jax.Array, panels: int
) -> tuple[jax.Array, ...]:
    """φ and α·mean_curvature(α), the first of them larger as long as a step lowers L_T; L_T before and after."""
    step = student_step(trait_loss, params, update, alpha, panels=panels)
    before, after = trait_loss(params), trait_loss(move(params, alpha, update))
    return step.inner_product, alpha * step.mean_curvature, before, after
