"""A tiny causal model for tests: an embedding, a running mean of what came before, a head. Nothing to load."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from subtheory.lm.text.batches import Example

VOCABULARY, WIDTH = 11, 5


def params(seed: int = 0, dtype=jnp.float64) -> dict:
    keys = jax.random.split(jax.random.key(seed), 3)
    return {
        "embedding": jax.random.normal(keys[0], (VOCABULARY, WIDTH), dtype),
        "mix": jax.random.normal(keys[1], (WIDTH, WIDTH), dtype) / WIDTH**0.5,
        "head": jax.random.normal(keys[2], (WIDTH, VOCABULARY), dtype) / WIDTH**0.5,
    }


def apply(theta: dict, tokens: jax.Array) -> jax.Array:
    """``tokens[B, T] -> logits[B, T, V]``; causal, and different at every place."""
    h = theta["embedding"][tokens]
    counts = jnp.arange(1, tokens.shape[1] + 1, dtype=h.dtype)[None, :, None]
    before = jnp.cumsum(h, axis=1) / counts
    return jnp.tanh(h + before @ theta["mix"]) @ theta["head"]


def examples(count: int, seed: int = 0, longest: int = 40) -> list[Example]:
    generator = np.random.default_rng(seed)
    made = []
    for place in range(count):
        prompt, completion = generator.integers(1, longest // 2 + 1, size=2)
        tokens = generator.integers(0, VOCABULARY, size=prompt + completion)
        made.append(Example(tokens[:prompt], tokens[prompt:], str(place)))
    return made
