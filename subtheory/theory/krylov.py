"""f(G)v from a few products with G, and the linearised flow of a training from as few (theory.md, T12 and T15)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax.flatten_util import ravel_pytree
from jaxtyping import Array, Float

from .._typing import Params, Rate


@dataclass(frozen=True)
class Krylov:
    """The Krylov space of G from v: an orthonormal basis, and G as it is seen there.

    Attributes:
        basis: ``[q, P]``; rows of zeros once the space is exhausted.
        values: Ritz values λ_i, rising.
        vectors: ``[q, q]``, one eigenvector of G in that basis per column.
        size: ‖v‖.
        unravel: from a flat vector to parameters.
    """

    basis: Float[Array, "q P"]
    values: Float[Array, " q"]
    vectors: Float[Array, "q q"]
    size: Float[Array, ""]
    unravel: Callable[[Any], Params]

    @property
    def weights(self) -> Float[Array, " q"]:
        """ω_i, the shares of ‖v‖² that stand on the Ritz values."""
        return self.vectors[0] ** 2

    def apply(self, function: Callable[[Any], Any]) -> Params:
        """f(G)v = ‖v‖ Σ_i f(λ_i) (e₁·s_i) V s_i: exact where the space is exhausted, else as good as the best
        polynomial of degree q − 1 is for f.

        Args:
            function: from the Ritz values to f of each.
        """
        inside = self.vectors @ (function(self.values) * self.vectors[0])
        return self.unravel(self.size * (inside @ self.basis))

    def coverage(self, tolerance: Rate) -> Float[Array, ""]:
        """κ, the weight on values above ``tolerance``·λ_max, as these few products see it (T12)."""
        return jnp.sum(jnp.where(self.values > tolerance * self.values[-1], self.weights, jnp.zeros_like(self.values)))


def krylov_space(operator: Callable[[Params], Params], v: Params, most: int) -> Krylov:
    """Lanczos iteration with full reorthogonalisation: ``most`` products with G, nothing looks at values.

    It can be compiled and mapped over starts; ``spectrum.krylov_spectrum`` is the same for one, and stops by itself.

    Args:
        operator: u ↦ G u, symmetric.
        v: the direction to start from.
        most: q, how many products.

    >>> space = krylov_space(lambda u: jnp.array([1.0, 4.0]) * u, jnp.array([3.0, 4.0]), 2)
    >>> [round(float(x), 9) for x in space.apply(jnp.sqrt)]
    [3.0, 8.0]
    """
    start, unravel = ravel_pytree(v)
    size = jnp.linalg.norm(start)
    limit = 100 * jnp.finfo(start.dtype).eps

    def unit(w, norm, enough):
        return jnp.where(enough, w / jnp.where(enough, norm, jnp.ones_like(norm)), jnp.zeros_like(w))

    def step(carry, at):
        basis, q, scale = carry
        basis = basis.at[at].set(q)
        w = ravel_pytree(operator(unravel(q)))[0]
        along = w @ q
        for _again in range(2):
            w = w - (basis @ w) @ basis
        norm, scale = jnp.linalg.norm(w), jnp.maximum(scale, jnp.abs(along))
        enough = norm > limit * scale
        return (basis, unit(w, norm, enough), scale), (along, jnp.where(enough, norm, jnp.zeros_like(norm)))

    empty = jnp.zeros((most, start.size), start.dtype)
    begin = (empty, unit(start, size, size > 0), jnp.zeros_like(size))
    (basis, _, _), (diagonal, beside) = jax.lax.scan(step, begin, jnp.arange(most))
    matrix = jnp.diag(diagonal) + jnp.diag(beside[:-1], 1) + jnp.diag(beside[:-1], -1)
    values, vectors = jnp.linalg.eigh(matrix)
    return Krylov(basis, values, vectors, size, unravel)


def conveyed(step_size: Rate, steps: Rate) -> Callable[[Any], Any]:
    """λ ↦ 1 − (1 − ηλ)^k, the share of a direction that k linearised steps convey (T12)."""
    return lambda values: 1 - (1 - step_size * values) ** steps


def flowed(time: Rate) -> Callable[[Any], Any]:
    """λ ↦ 1 − e^{−tλ}, the same for gradient flow over the time t = ηk."""
    return lambda values: -jnp.expm1(-time * jnp.maximum(values, jnp.zeros_like(values)))


def followed(time: Rate) -> Callable[[Any], Any]:
    """λ ↦ (1 − e^{−tλ})/λ, and t at zero: applied to −∇L_S it is where the flow of the linearised student leads."""

    def function(values):
        positive = values > jnp.finfo(values.dtype).eps * values[-1]
        safe = jnp.where(positive, values, jnp.ones_like(values))
        return jnp.where(positive, -jnp.expm1(-time * safe) / safe, jnp.full_like(values, time))

    return function


def linear_displacement(
    operator: Callable[[Params], Params], displacement: Params, function: Callable[[Any], Any], most: int,
    diagonal: Params | None = None,
) -> Params:  # fmt: skip
    """u = P^½ f(P^½GP^½) P^{−½}w: T15's u_k with ``conveyed``, from q products with G instead of k.

    Args:
        operator: u ↦ G u at the student's start.
        displacement: w = θ_T − θ_start; or, with ``followed``, the descent direction times P.
        function: of the eigenvalues of P^½GP^½.
        most: q.
        diagonal: of P, all positive; ones if absent.
    """
    if diagonal is None:
        return krylov_space(operator, displacement, most).apply(function)
    root = jax.tree.map(jnp.sqrt, diagonal)

    def symmetric(u):
        return jax.tree.map(jnp.multiply, root, operator(jax.tree.map(jnp.multiply, root, u)))

    seen = jax.tree.map(jnp.divide, displacement, root)
    return jax.tree.map(jnp.multiply, root, krylov_space(symmetric, seen, most).apply(function))
