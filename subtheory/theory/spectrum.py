"""The part of the channel's spectrum that a direction sees, by Lanczos iteration on G (theory.md, T12)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree

from .._typing import Params
from .rounding import SAFETY


@dataclass(frozen=True)
class Spectrum:
    """Ritz values λ_i of G in the Krylov space of v, falling, with weights ω_i = (q_i·v)²/‖v‖² that sum to one.

    Attributes:
        values: λ_i.
        weights: ω_i.
        unit: the machine epsilon of the format in which G was applied: what lies below some 30·unit·λ_max is rounding.
    """

    values: np.ndarray
    weights: np.ndarray
    unit: float = float(np.finfo(np.float64).eps)

    @property
    def largest(self) -> float:
        """λ_max as far as v sees it."""
        return float(self.values[0])

    def coverage(self, tolerance: float | None = None) -> float:
        """κ = ‖Pv‖²/‖v‖²: the weight on values above ``tolerance``·λ_max (T12).

        Args:
            tolerance: 1e-10 if absent, or 30 machine epsilons where that is more: 4e-6 in float32, which cannot tell
                smaller values of G from zero.
        """
        tolerance = max(1e-10, SAFETY * self.unit) if tolerance is None else tolerance
        return float(np.sum(self.weights[self.values > tolerance * max(self.largest, 0.0)]))


def krylov_spectrum(operator: Callable[[Params], Params], v: Params, steps: int) -> Spectrum:
    """Lanczos iteration with full reorthogonalisation, stopped when the Krylov space is exhausted.

    With ``steps`` ≥ rank(G) + 1 the weights are those of the whole spectrum, to rounding.

    Args:
        operator: u ↦ G u, symmetric.
        v: the direction to start from, not zero.
        steps: the most applications of G.

    Raises:
        ValueError: if v is zero or steps is below 1.
    """
    start, unravel = ravel_pytree(v)
    size = float(jnp.linalg.norm(start))
    if size == 0:
        raise ValueError("v is zero; expected a direction to start from.")
    if steps < 1:
        raise ValueError(f"steps is {steps}; expected at least 1.")
    product = jax.jit(lambda flat: ravel_pytree(operator(unravel(flat)))[0])
    basis = [np.asarray(start, np.float64) / size]
    diagonal, beside = [], []
    limit = 100 * np.finfo(start.dtype).eps
    for _ in range(min(steps, start.size)):
        w = np.asarray(product(jnp.asarray(basis[-1], start.dtype)), np.float64)
        diagonal.append(float(w @ basis[-1]))
        space = np.stack(basis)
        for _again in range(2):
            w = w - space.T @ (space @ w)
        norm = float(np.linalg.norm(w))
        if norm <= limit * max(np.abs(diagonal)) or norm == 0:
            break
        beside.append(norm)
        basis.append(w / norm)
    k = len(diagonal)
    matrix = np.diag(diagonal) + np.diag(beside[: k - 1], 1) + np.diag(beside[: k - 1], -1)
    values, vectors = np.linalg.eigh(matrix)
    return Spectrum(values[::-1], vectors[0, ::-1] ** 2, float(np.finfo(start.dtype).eps))
