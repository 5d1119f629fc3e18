"""Restricted updates: the theorem holds in coordinates that both move in, and has no sign otherwise (T13)."""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree
from jaxtyping import Array, Float

from .._tree import inner
from .._typing import Params, Rate
from ..setting.setting import Setting
from ..setting.subspace import restrict
from .gauss_newton import gauss_newton_operator
from .lemma import alignment_slope


def restricted_inner_product(
    setting: Setting, mask: Params, epsilon: Rate, v: Params | None = None
) -> Float[Array, ""]:
    """ε vᵀ Π G v: full-space teacher, restricted student; of no fixed sign (T13)."""
    v = setting.update_direction() if v is None else v
    return epsilon * inner(v, restrict(gauss_newton_operator(setting)(v), mask))


def shared_restriction_slope(setting: Setting, mask: Params, v: Params | None = None) -> Float[Array, ""]:
    """(Πv)ᵀ G (Πv) ≥ 0: teacher and student restricted alike (T13)."""
    v = setting.update_direction() if v is None else v
    return alignment_slope(setting, restrict(v, mask))


def extreme_directions(setting: Setting, mask: Params, start: Params, steps: int = 40) -> tuple[Params, Params]:
    """Directions that make vᵀΠGv as negative and as positive as a Krylov space allows, of unit norm (T13).

    They are the extreme Ritz vectors of the symmetric operator ½(ΠG + GΠ), which is indefinite unless Π and G commute.

    Args:
        setting: where G is taken.
        mask: Π, a tree of zeros and ones.
        start: any direction with a part in both spaces.
        steps: the size of the Krylov space.

    Returns:
        (most negative, most positive).
    """
    product = gauss_newton_operator(setting)

    def symmetric(u: Params) -> Params:
        return jax.tree.map(lambda a, b: 0.5 * (a + b), restrict(product(u), mask), product(restrict(u, mask)))

    return _extreme_vectors(symmetric, start, steps)


def _extreme_vectors(operator: Callable[[Params], Params], start: Params, steps: int) -> tuple[Params, Params]:
    flat, unravel = ravel_pytree(start)
    product = jax.jit(lambda u: ravel_pytree(operator(unravel(u)))[0])

    def apply(u: np.ndarray) -> np.ndarray:
        return np.asarray(product(jnp.asarray(u, flat.dtype)), np.float64)

    basis = [np.asarray(flat, np.float64) / np.linalg.norm(np.asarray(flat, np.float64))]
    images = [apply(basis[0])]
    for _ in range(min(steps, flat.size) - 1):
        space, w = np.stack(basis), images[-1]
        for _again in range(2):
            w = w - space.T @ (space @ w)
        size = np.linalg.norm(w)
        if size <= 1e-12 * np.linalg.norm(images[-1]):
            break
        basis.append(w / size)
        images.append(apply(basis[-1]))
    space = np.stack(basis)
    projected = space @ np.stack(images).T
    _, vectors = np.linalg.eigh(0.5 * (projected + projected.T))
    ritz = space.T @ vectors
    return unravel(jnp.asarray(ritz[:, 0], flat.dtype)), unravel(jnp.asarray(ritz[:, -1], flat.dtype))
