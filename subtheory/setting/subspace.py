"""Restricted coordinates: frozen layers as masks, low-rank adapters (LoRA) as another parameterisation (T13)."""

from __future__ import annotations

from collections.abc import Sequence

import jax
import jax.numpy as jnp

from .._typing import Apply, Key, Params
from .paths import mask


def layer_mask(params: Params, trained_layers: Sequence[str]) -> Params:
    """Ones on the leaves that one of the patterns means, zeros elsewhere: the projector Π of T13.

    Args:
        params: the tree to mask.
        trained_layers: patterns of paths such as ``layers/1``, ``layers/1/kernel`` or ``*/bias``.

    Raises:
        ValueError: if a pattern means no leaf.
    """
    return mask(params, trained_layers)


def restrict(direction: Params, mask: Params) -> Params:
    """Π u: the part of a direction that the mask leaves."""
    return jax.tree.map(jnp.multiply, direction, mask)


def lora(apply: Apply, params: Params, key: Key, rank: int = 2) -> tuple[Apply, Params]:
    """Low-rank coordinates W = W₀ + A B on every matrix of ``params``, with A Gaussian and B = 0.

    Args:
        apply: the full network.
        params: θ₀, frozen; every leaf of two axes ``[n, m]`` gets A ``[n, rank]`` and B ``[rank, m]``.
        key: draws A, from N(0, 1/n).
        rank: of the adapters.

    Returns:
        ``(apply, params)`` in the new coordinates: a list of ``{"A": ..., "B": ...}``, one for each matrix. At B = 0
        the gradient of A is exactly zero.

    Raises:
        ValueError: a rank below 1, or a tree without matrices.
    """
    leaves, structure = jax.tree.flatten(params)
    places = [i for i, leaf in enumerate(leaves) if leaf.ndim == 2]
    if rank < 1 or not places:
        raise ValueError(f"rank is {rank} and the tree has {len(places)} matrices; expected at least one of each.")
    adapters = []
    for i in places:
        n, m = leaves[i].shape
        draw = jax.random.normal(jax.random.fold_in(key, i), (n, rank), leaves[i].dtype)
        adapters.append({"A": draw / jnp.sqrt(jnp.asarray(n, draw.dtype)), "B": jnp.zeros((rank, m), draw.dtype)})

    def apply_adapted(adapters, inputs):
        adapted = list(leaves)
        for i, adapter in zip(places, adapters, strict=True):
            adapted[i] = leaves[i] + adapter["A"] @ adapter["B"]
        return apply(jax.tree.unflatten(structure, adapted), inputs)

    return apply_adapted, adapters
