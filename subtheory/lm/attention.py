"""Attention: each token's query against the keys of the tokens that it may see."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from .config import accumulation_dtype


def visible(queries: jax.Array, keys: jax.Array, window: int | None = None) -> jax.Array:
    """Which keys each query sees: those at its own position or before, and within the window where there is one.

    Args:
        queries: positions ``[b, T]``.
        keys: positions ``[b, S]``.
        window: how many tokens are seen, the query's own included; None for all.

    Returns:
        truth values ``[b, T, S]``.
    """
    distance = queries[:, :, None] - keys[:, None, :]
    seen = distance >= 0
    return seen if window is None else seen & (distance < window)


def softcap(scores: jax.Array, cap: float | None) -> jax.Array:
    """c·tanh(s/c), which bounds scores smoothly; unchanged where c is None (Gemma 2)."""
    return scores if cap is None else cap * jnp.tanh(scores / cap)


def attend(
    query: jax.Array, key: jax.Array, value: jax.Array, seen: jax.Array, scale: float, cap: float | None = None
) -> jax.Array:
    """softmax(scale · q kᵀ) v over the keys that are seen, several query heads sharing one key-value head.

    Args:
        query: ``[B, T, H, d]``.
        key: ``[B, S, K, d]``, K a divisor of H.
        value: ``[B, S, K, d]``.
        seen: truth values ``[b, T, S]`` with b = B or 1; every query sees at least one key.
        scale: factor of the products.
        cap: see ``softcap``.

    Returns:
        ``[B, T, H·d]``, in the dtype in which products are summed.
    """
    B, T, H, d = query.shape
    K = key.shape[2]
    summed = accumulation_dtype(query.dtype)
    grouped = query.reshape(B, T, K, H // K, d)
    scores = jnp.einsum("btkgd,bskd->bkgts", grouped, key, preferred_element_type=summed)
    scores = softcap(scores * scale, cap)
    scores = jnp.where(seen[:, None, None, :, :], scores, jnp.finfo(summed).min)
    weights = jax.nn.softmax(scores, axis=-1).astype(value.dtype)
    mixed = jnp.einsum("bkgts,bskd->btkgd", weights, value, preferred_element_type=summed)
    return mixed.reshape(B, T, H * d)
