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


def factored_inner(a: Params, b: Params) -> Float[Array, ""]:
    """a·b of two directions in factors: tr((A B)ᵀ C D) = Σ (Aᵀ C) ∘ (B Dᵀ), and no matrix is formed."""

    def product(x: Any, y: Any) -> jax.Array:
        return jnp.sum((x.A.T @ y.A) * (x.B @ y.B.T)) if isinstance(x, Factors) else jnp.sum(x * y)

    return jax.tree.reduce(jnp.add, jax.tree.map(product, a, b, is_leaf=in_factors))
