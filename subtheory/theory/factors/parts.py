"""A matrix as the product of two thin ones, and directions that hold such matrices (theory.md, T16)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeGuard

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from ..._typing import Params


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Factors:
    """A matrix, or one per layer, as A B.

    Attributes:
        A: ``[..., in, r]``.
        B: ``[..., r, out]``.
    """

    A: jax.Array
    B: jax.Array

    def matrix(self) -> jax.Array:
        """A B, in the matrix's full size."""
        return self.A @ self.B


def in_factors(node: Any) -> TypeGuard[Factors]:
    """Whether a node of a direction's tree is one matrix in factors."""
    return isinstance(node, Factors)


def formed(v: Params) -> Params:
    """The same direction with every matrix formed: what a ``Setting`` takes as its teacher's update."""
    return jax.tree.map(lambda part: part.matrix() if isinstance(part, Factors) else part, v, is_leaf=in_factors)


def products_by_layer(a: Factors, b: Factors) -> Float[Array, ...]:
    """tr((A B)ᵀ C D) = Σ (Aᵀ C) ∘ (B Dᵀ), ``[...]``: no matrix is formed; a number for every layer of a stack."""
    return jnp.sum((jnp.swapaxes(a.A, -1, -2) @ b.A) * (a.B @ jnp.swapaxes(b.B, -1, -2)), axis=(-2, -1))


def factored_inner(a: Params, b: Params) -> Float[Array, ""]:
    """a·b of two directions in factors, of matrices that are not stacked."""

    def product(x: Any, y: Any) -> jax.Array:
        return products_by_layer(x, y) if isinstance(x, Factors) else jnp.sum(x * y)

    return jax.tree.reduce(jnp.add, jax.tree.map(product, a, b, is_leaf=in_factors))
