"""The smallest change that parameters can have: every entry moved to the next number of its precision, up or down."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from subtheory._typing import Key, Params


def moved_by_a_digit(params: Params, key: Key) -> Params:
    """Every entry replaced by its neighbour above or below, each with probability one half; zeros stay.

    What another processor, or another order of sums, does to a computation, done once at its beginning.

    Args:
        params: of any floating-point type.
        key: of the draw; one part of it per leaf.
    """
    leaves, structure = jax.tree.flatten(params)
    keys = jax.random.split(key, len(leaves))
    return jax.tree.unflatten(structure, [_moved(leaf, one) for leaf, one in zip(leaves, keys, strict=True)])


def _moved(leaf: jax.Array, key: Key) -> jax.Array:
    up = jax.random.bernoulli(key, 0.5, leaf.shape)
    towards = jnp.where(up, jnp.inf, -jnp.inf).astype(leaf.dtype)
    return jnp.where(leaf == 0, leaf, jnp.nextafter(leaf, towards))
