"""The few vector-space operations on parameter trees that ``optax.tree`` does not name as the paper does."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float

from ._typing import Key, Params, Rate


def move(params: Params, scale: Rate, direction: Params) -> Params:
    """θ + s·d, leaf by leaf, in the dtype of θ."""
    return jax.tree.map(lambda p, d: p + jnp.asarray(scale, p.dtype) * d, params, direction)


def scaled(scale: Rate, direction: Params) -> Params:
    """s·d, leaf by leaf, in the dtype of d."""
    return jax.tree.map(lambda d: jnp.asarray(scale, d.dtype) * d, direction)


def negative(direction: Params) -> Params:
    """−d, leaf by leaf."""
    return jax.tree.map(jnp.negative, direction)


def inner(a: Params, b: Params) -> Float[Array, ""]:
    """a·b over the whole tree."""
    return jnp.asarray(optax.tree.vdot(a, b))


def cosine(a: Params, b: Params) -> Float[Array, ""]:
    """a·b / (‖a‖‖b‖) over the whole tree; 0 where one of them is zero."""
    norms = optax.tree.norm(a) * optax.tree.norm(b)
    safe = jnp.where(norms > 0, norms, jnp.ones_like(norms))
    return jnp.where(norms > 0, inner(a, b) / safe, jnp.zeros_like(norms))


def relative_distance(a: Params, b: Params) -> Float[Array, ""]:
    """‖a − b‖/‖b‖ over the whole tree."""
    return optax.tree.norm(jax.tree.map(jnp.subtract, a, b)) / optax.tree.norm(b)


def random_like(key: Key, params: Params) -> Params:
    """A standard Gaussian direction in the space of ``params``."""
    leaves, structure = jax.tree.flatten(params)
    draws = [jax.random.normal(jax.random.fold_in(key, i), leaf.shape, leaf.dtype) for i, leaf in enumerate(leaves)]
    return jax.tree.unflatten(structure, draws)
