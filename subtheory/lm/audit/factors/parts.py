"""A direction in the space of the parameters whose matrices are products of thin factors (theory.md, T16)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeGuard

import jax
import jax.numpy as jnp

from ...._checks import leaf_name
from ...._compiled import Compiled
from ...._typing import Params
from ....theory.factors import parts as of_matrices
from ....theory.factors.parts import Factors as Factors
from ...coordinates.paths import leaves_by_path, with_leaves
from ...decoder.along import ALONG
from ...decoder.config import accumulation_dtype


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Table:
    """How a table of embeddings moves: some of its rows and, where it is the head too, all of it by factors.

    Attributes:
        ids: of the rows, ascending, ``[m]``.
        rows: ``[m, D]``.
        head: of the transposed table, A ``[D, r]`` and B ``[r, V]``; None where the head is another matrix.
    """

    ids: jax.Array
    rows: jax.Array
    head: Factors | None = None


Part: TypeAlias = "jax.Array | Factors | Table"


def is_part(node: Any) -> TypeGuard[Factors | Table]:
    """Whether a node of a direction's tree is one parameter's part in factors."""
    return isinstance(node, Factors | Table)


def is_factored(v: Params) -> bool:
    """Whether any part of a direction is in factors."""
    return any(is_part(part) for part in parts_by_path(v).values())


def parts_by_path(v: Params) -> dict[str, Part]:
    """Every parameter's part of a direction, under the parameter's path."""
    return {leaf_name(path): part for path, part in jax.tree_util.tree_leaves_with_path(v, is_leaf=is_part)}


def line(params: Params, v: Params) -> tuple[Params, Params, Callable[[Params], Params]]:
    """What moves along v, how fast, and what a decoder reads of it: a derivative along v never forms v.

    Returns:
        ``(point, velocity, parameters)``: the parameters whose part of v is dense and, for every part in factors, a
        step that is 0; their velocity, v's dense parts and 1; and a function that makes of such a point what a
        decoder reads.
    """
    leaves, parts = leaves_by_path(params), parts_by_path(v)
    dense = {name: part for name, part in parts.items() if not is_part(part)}
    fixed = {name: _along(part) for name, part in parts.items() if is_part(part)}
    steps = {name: _step(part) for name, part in parts.items() if is_part(part)}

    def parameters(point: Params) -> Params:
        moving, steps = point
        along = {name + ALONG: {"step": steps[name], **fixed[name]} for name in fixed}
        return with_leaves(params, {**moving, **along})

    point = {name: leaves[name] for name in dense}, steps
    return point, (dense, jax.tree.map(jnp.ones_like, steps)), parameters


def dense(v: Params, params: Params) -> Params:
    """The same direction as plain matrices, each of its parameter's size: the slow oracle.

    Args:
        v: in factors or not.
        params: whose shapes it has.
    """
    parts = parts_by_path(v)
    return jax.tree_util.tree_map_with_path(lambda path, leaf: _matrix(parts[leaf_name(path)], leaf), params)


def inner(a: Part, b: Part) -> float:
    """The inner product of one parameter's part of two directions of one kind, without any matrix of its size.

    The rows of two tables are the same ones: one direction may be the other, truncated.
    """
    assert type(a) is type(b) or not (is_part(a) or is_part(b)), "got parts of different kinds"
    return float(_inner(a, b))


def norm_squared(v: Params) -> float:
    """‖v‖², of matrices in factors too; a number that is not finite where v is not."""
    return float(sum(float(one) for one in _squares(list(parts_by_path(v).values()))))


@Compiled
def _squares(parts: list[Part]) -> list[jax.Array]:
    return [_product(part, part) for part in parts]


@Compiled
def _inner(a: Part, b: Part) -> jax.Array:
    return _product(a, b)


def _product(a: Any, b: Any) -> jax.Array:
    if isinstance(a, Factors):
        return jnp.sum(products_by_layer(a, b))
    if not isinstance(a, Table):
        return jnp.sum(_wide(a) * _wide(b))
    whole = jnp.sum(_wide(a.rows) * _wide(b.rows))
    for table, head in ((a, b.head), (b, a.head)):
        if head is not None:
            whole = whole + jnp.sum(_wide(table.rows) * (_wide(head.B)[:, table.ids].T @ _wide(head.A).T))
    return whole if a.head is None or b.head is None else whole + _product(a.head, b.head)


def products_by_layer(a: Factors, b: Factors) -> jax.Array:
    """The inner product, ``[...]``, summed in the wider type: one number for every layer where factors are stacked."""
    return of_matrices.products_by_layer(*jax.tree.map(_wide, (a, b)))


def _wide(x: jax.Array) -> jax.Array:
    return x.astype(accumulation_dtype(x.dtype))


def _along(part: Factors | Table) -> dict[str, jax.Array]:
    if isinstance(part, Factors):
        return {"A": part.A, "B": part.B}
    return {"ids": part.ids, "rows": part.rows, **({} if part.head is None else _along(part.head))}


def _step(part: Factors | Table) -> jax.Array:
    """0, one for every layer where parts are stacked."""
    A = part.A if isinstance(part, Factors) else part.rows
    return jnp.zeros(A.shape[:-2], accumulation_dtype(A.dtype))


def _matrix(part: Part, leaf: jax.Array) -> jax.Array:
    if isinstance(part, Factors):
        return part.matrix()
    if isinstance(part, Table):
        table = jnp.zeros(leaf.shape, part.rows.dtype) if part.head is None else part.head.matrix().T
        return table.at[part.ids].add(part.rows)
    return part
