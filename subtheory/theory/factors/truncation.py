"""A direction in factors cut to its best few ranks: another direction, for which T1 holds as well (theory.md, T16)."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from ..._typing import Params
from .parts import Factors, in_factors


def truncated(v: Params, rank: int) -> Params:
    """v_r: every matrix of v projected onto its ``rank`` largest left singular vectors, by way of its factors (T16).

    Then ⟨v, v_r⟩ = ‖v_r‖², cos(v, v_r) = ‖v_r‖/‖v‖ and ‖v − v_r‖² = ‖v‖² − ‖v_r‖².

    Args:
        v: whose matrices are ``Factors``; whatever else it holds stays.
        rank: r, at least 1; more than a matrix has leaves it as it is.

    Raises:
        ValueError: a rank below 1.
    """
    if rank < 1:
        raise ValueError(f"the rank is {rank}; expected at least 1.")

    def cut(part: Any) -> Any:
        if not isinstance(part, Factors):
            return part
        Q, R = jnp.linalg.qr(part.A)
        P, S = jnp.linalg.qr(part.B.T)
        U, values, V = jnp.linalg.svd(R @ S.T, full_matrices=False)
        return Factors(Q @ U[:, :rank], (values[:rank, None] * V[:rank]) @ P.T)

    return jax.tree.map(cut, v, is_leaf=in_factors)
