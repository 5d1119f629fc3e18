"""A direction in factors, restricted to some parameters (Π of T13)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import jax
import jax.numpy as jnp
import numpy as np

from ...coordinates.paths import selected
from .parts import Factors, Part, Table
from .truncation import first_ranks


def restricted_parts(
    parts: Mapping[str, Part], leaves: Mapping[str, jax.Array], patterns: Sequence[str]
) -> dict[str, Part]:
    """The parts that patterns of paths mean; nothing elsewhere.

    Raises:
        ValueError: a pattern that no parameter matches.
    """
    if not patterns:
        return dict(parts)
    wanted: dict[str, list[int] | None] = {}
    for name, layer in selected(leaves, patterns):
        wanted[name] = None if layer is None else [*(wanted.get(name) or []), layer]
    return {name: _kept(part, wanted.get(name, [])) for name, part in parts.items()}


def _kept(part: Part, layers: list[int] | None) -> Part:
    """A part in some of its layers; all of it for None."""
    if layers is None:
        return part
    if isinstance(part, Table):
        return Table(part.ids[:1], jnp.zeros_like(part.rows[:1]))
    if not layers:
        return first_ranks(part, 0) if isinstance(part, Factors) else jnp.zeros_like(part)
    inside = part.B if isinstance(part, Factors) else part
    mask = np.zeros((inside.shape[0], *[1] * (inside.ndim - 1)), bool)
    mask[layers] = True
    kept = jnp.where(mask, inside, jnp.zeros((), inside.dtype))
    return Factors(part.A, kept) if isinstance(part, Factors) else kept
