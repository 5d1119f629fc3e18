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
    S, K = key.shape[1:3]
    summed = accumulation_dtype(query.dtype)
    rows = query.reshape(B, T, K, H // K, d).transpose(0, 2, 3, 1, 4).reshape(B, K, H // K * T, d)
    scores = jnp.einsum("bkrd,bskd->bkrs", rows, key, preferred_element_type=summed)
    scores = softcap(scores * scale, cap).reshape(B, K, H // K, T, S)
    scores = jnp.where(seen[:, None, None, :, :], scores, jnp.finfo(summed).min)
    # Divided by their sum only after the mixing, which a column of ones beside the values sums up on the way: a pass
    # over [T, d] instead of one over [T, S], and none at all to add them up.
    largest = jax.lax.stop_gradient(jnp.max(scores, axis=-1, keepdims=True))
    weights = jnp.exp(scores - largest).astype(value.dtype).reshape(B, K, H // K * T, S)
    beside = jnp.concatenate([value, jnp.ones((B, S, K, 1), value.dtype)], axis=-1)
    mixed = jnp.einsum("bkrs,bskd->bkrd", weights, beside, preferred_element_type=summed)
    mixed = mixed[..., :d] / mixed[..., d:]
    return mixed.reshape(B, K, H // K, T, d).transpose(0, 3, 1, 2, 4).reshape(B, T, H * d)
