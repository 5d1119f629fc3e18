"""The distribution of the next token: temperature, the k likeliest, the smallest set of probability p."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float


def next_token_logits(
    logits: Float[Array, "B V"], temperature: float | Float[Array, ""], top_k: int | None, top_p: float | None
) -> Float[Array, "B V"]:
    """Logits from which the next token is drawn: divided by the temperature, then cut to k tokens, then to p.

    Args:
        logits: of the model.
        temperature: above zero.
        top_k: how many of the likeliest tokens remain; None for all. Ties with the last of them remain too.
        top_p: the likeliest tokens remain that are needed to reach this probability, at least one; None for all.
    """
    logits = logits / temperature
    low = jnp.finfo(logits.dtype).min
    if top_k is not None and top_k < logits.shape[-1]:
        least = jax.lax.top_k(logits, top_k)[0][:, -1:]
        logits = jnp.where(logits < least, low, logits)
    if top_p is not None and top_p < 1:
        order = jnp.argsort(-logits, axis=-1)
        ranked = jax.nn.softmax(jnp.take_along_axis(logits, order, axis=-1), axis=-1)
        before = jnp.cumsum(ranked, axis=-1) - ranked
        kept = jnp.put_along_axis(jnp.zeros(logits.shape, bool), order, before < top_p, axis=-1, inplace=False)
        logits = jnp.where(kept, logits, low)
    return logits
