"""The best few ranks of every matrix of a direction, by a randomised singular value decomposition (theory.md, T16)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from ...._compiled import Compiled
from ...._keys import key_for
from ...decoder.config import accumulation_dtype
from .parts import Factors, Part, Table, inner

BESIDE = 10
"""So many columns more than the rank are drawn, and v vᵀ is applied twice: the usual choice."""


@dataclass(frozen=True)
class Truncated:
    """One parameter's part of a direction, v, in at most so many ranks, v_r.

    Attributes:
        part: v_r.
        square: ‖v‖².
        product: ⟨v, v_r⟩.
        own: ‖v_r‖².
        left_out: ‖v − v_r‖².
        lost: the same for every rank from 0 up to that of ``part``, ``[r + 1]``; empty where nothing is cut.
    """

    part: Part
    square: float
    product: float
    own: float
    left_out: float
    lost: np.ndarray


def truncated(part: Part, rank: int, table: bool = False) -> Truncated:
    """A part in at most ``rank`` ranks; as it is, where it has no more or is sparse.

    Args:
        part: of a linear map or a table of embeddings.
        rank: at least 1.
        table: whether a plain array is a table of embeddings, ``[V, D]``: the transposed one is decomposed.
    """
    inside = part.head if isinstance(part, Table) else part
    if inside is None or _sizes(inside)[2] <= rank:
        return untouched(part)
    short, lost = singular_factors(inside.T if table and not isinstance(inside, Factors) else inside, rank)
    if isinstance(part, Table):
        return _held_against(part, Table(part.ids, part.rows, short), lost)
    if table and not isinstance(part, Factors):
        rows = jnp.zeros((1, part.shape[1]), part.dtype)
        return _held_against(part, Table(jnp.zeros((1,), jnp.int32), rows, short), lost)
    return _held_against(part, short, lost)


def cut(one: Truncated, part: Part, rank: int) -> Truncated:
    """What ``truncated`` made of a part, in fewer ranks."""
    if not len(one.lost) or rank >= len(one.lost) - 1:
        return one
    return _held_against(part, first_ranks(one.part, rank), one.lost[: rank + 1])


def untouched(part: Part) -> Truncated:
    """A part as it is."""
    square = inner(part, part)
    return Truncated(part, square, square, square, 0.0, np.zeros(0))


def first_ranks(part: Part, rank: int) -> Part:
    """The first ranks of factors whose columns fall in weight."""
    if isinstance(part, Table):
        return part if part.head is None else Table(part.ids, part.rows, _first(part.head, rank))
    return _first(part, rank) if isinstance(part, Factors) else part


def _first(factors: Factors, rank: int) -> Factors:
    return Factors(factors.A[..., :rank], factors.B[..., :rank, :])


def singular_factors(part: Factors | jax.Array, rank: int) -> tuple[Factors, np.ndarray]:
    """A with orthonormal columns and B = Aᵀ v, and ‖v − v_r‖² for every rank r from 0 up to ``rank``.

        v ≈ Q Qᵀ v,   Q an orthonormal basis of (v vᵀ)² v Ω with Ω Gaussian, [m, rank + 10]

    Whatever Ω is, A B is v projected onto A's columns, and so are its first ranks onto the first columns:
    ‖v − v_r‖² = ‖v‖² − ‖v_r‖² and ⟨v, v_r⟩ = ‖v_r‖² exactly. Stacked matrices are decomposed one by one, and what
    they lose is added up.

    Args:
        part: a matrix in factors, or as it is.
        rank: of the result; less where the matrix has less.

    Reference: Halko, Martinsson and Tropp 2011, algorithms 4.4 and 5.1.
    """
    n, m, inside = _sizes(part)
    most = min(n, m, inside)
    rank = min(rank, most)
    A, B, squares, square = _decompose(part, rank, min(rank + BESIDE, most), key_for(0, "singular vectors"))
    kept = np.asarray(squares, np.float64).reshape(-1, rank).sum(axis=0)
    lost = float(np.sum(np.asarray(square, np.float64))) - np.concatenate([[0.0], np.cumsum(kept)])
    return Factors(A, B), np.maximum(lost, 0.0)


@Compiled
def _decompose(part: Factors | jax.Array, rank: int, columns: int, key: jax.Array) -> tuple[jax.Array, ...]:
    run = partial(_decomposed, rank=rank, columns=columns, key=key)
    *layers, _, _ = part.A.shape if isinstance(part, Factors) else part.shape
    if layers:  # one after another: what is cast to float32 is one layer's
        return jax.lax.map(run, part)
    return run(part)


def _decomposed(
    part: Factors | jax.Array, rank: int, columns: int, key: jax.Array
) -> tuple[jax.Array, jax.Array, jax.Array, jax.Array]:
    """(A, B, squares of the singular values, ‖v‖²) of one matrix."""
    dtype = (part.A if isinstance(part, Factors) else part).dtype
    wide = accumulation_dtype(dtype)
    if isinstance(part, Factors):
        X, Y = part.A.astype(wide), part.B.astype(wide)

        def forward(M: jax.Array) -> jax.Array:
            return X @ (Y @ M)

        def backward(M: jax.Array) -> jax.Array:
            return Y.T @ (X.T @ M)

        square = jnp.sum((X.T @ X) * (Y @ Y.T))
        m = Y.shape[1]
    else:
        v = part.astype(wide)

        def forward(M: jax.Array) -> jax.Array:
            return v @ M

        def backward(M: jax.Array) -> jax.Array:
            return v.T @ M

        square = jnp.sum(v * v)
        m = v.shape[1]
    Q, _ = jnp.linalg.qr(forward(jax.random.normal(key, (m, columns), wide)))
    for _ in range(2):
        Q, _ = jnp.linalg.qr(backward(Q))
        Q, _ = jnp.linalg.qr(forward(Q))
    C = backward(Q).T  # Qᵀ v
    U, S, _ = jnp.linalg.svd(jnp.linalg.qr(C.T, mode="r").T)
    U = U[:, :rank]
    return (Q @ U).astype(dtype), (U.T @ C).astype(dtype), S[:rank] ** 2, square


def _sizes(part: Factors | jax.Array) -> tuple[int, int, int]:
    """(in, out, the rank that it may have)."""
    if isinstance(part, Factors):
        return part.A.shape[-2], part.B.shape[-1], part.A.shape[-1]
    return part.shape[-2], part.shape[-1], min(part.shape[-2:])


def _held_against(part: Part, short: Part, lost: np.ndarray) -> Truncated:
    """A table has rows beside its factors; of all else the short part is a projection."""
    if isinstance(part, Table):
        products = inner(part, part), inner(part, short), inner(short, short)
        return Truncated(short, *products, float(lost[-1]), lost)
    own = float(lost[0] - lost[-1])
    return Truncated(short, float(lost[0]), own, own, float(lost[-1]), lost)
