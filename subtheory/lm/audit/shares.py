"""Where the trait's direction lies: the share of its squared length in every layer and group of parameters."""

from __future__ import annotations

from dataclasses import replace

import jax
import jax.numpy as jnp

from ..._typing import Params
from ..coordinates.groups import Share, inner_shares
from ..decoder.config import accumulation_dtype
from .factors.parts import Factors, Part, Table, norm_squared, parts_by_path, products_by_layer


def norm_shares(v: Params) -> tuple[Share, ...]:
    """‖v_part‖²/‖v‖² by layer and group; leaves below ``layers`` are stacked, ``[layers, ...]``.

    >>> tree = {"layers": {"mlp": {"up": jnp.array([[1.0], [1.0]])}}, "head": {"kernel": jnp.array([[1.0, 1.0]])}}
    >>> [(share.layer, share.group, round(share.value, 6)) for share in norm_shares(tree)]
    [(0, 'mlp', 0.25), (1, 'mlp', 0.25), (None, 'head', 0.5)]
    """
    rows = {name: _row_norms(part) for name, part in parts_by_path(v).items()}
    parts = inner_shares(rows, rows)
    total = sum(part.value for part in parts)
    return tuple(replace(part, value=part.value / total if total else 0.0) for part in parts)


def _row_norms(part: Part) -> jax.Array:
    """The norms along all axes but that of layers, or the first; nothing of a matrix's size is made of factors."""
    if isinstance(part, Table):
        return jnp.sqrt(jnp.asarray([norm_squared({"table": part})]))
    if isinstance(part, Factors):
        return jnp.sqrt(jnp.atleast_1d(jnp.maximum(products_by_layer(part, part), 0)))
    wide = part.astype(accumulation_dtype(part.dtype))
    return jnp.sqrt(jnp.sum(wide * wide, axis=tuple(range(1, part.ndim))))
