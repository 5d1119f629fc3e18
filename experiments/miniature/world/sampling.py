"""Sampling many answers of one length: batched, cached, compiled once, one uniform number per token."""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from subtheory._typing import Key, Params
from subtheory.lm.decoder.decoder import Decoder

from .vocabulary import END, PAD

CHUNK = 2048
"""Answers that are written side by side; what is drawn does not depend on it."""


def sample(
    decoder: Decoder, params: Params, prompts: Int[np.ndarray, "N T"], length: int, key: Key
) -> Int[np.ndarray, "N L"]:
    """One answer to every prompt, at temperature 1: ``length`` tokens, padding behind ``<end>``.

    Prompt i's draws come from fold_in(key, i), so that they do not depend on which other prompts there are.

    Args:
        decoder: the model.
        params: its parameters.
        prompts: [N, T], padded on the right.
        length: L, tokens per answer, beyond which it is cut off.
        key: of all draws.
    """
    answers = []
    for start in range(0, len(prompts), CHUNK):
        part = prompts[start : start + CHUNK]
        rows = np.concatenate([part, np.repeat(part[:1], CHUNK - len(part), axis=0)]) if len(prompts) > CHUNK else part
        answers.append(np.asarray(_answers(decoder, length, params, rows, start, key))[: len(part)])
    return np.concatenate(answers)


def choose(logits: Float[Array, "B V"], uniform: Float[Array, " B"]) -> Int[Array, " B"]:
    """A token from each row's softmax, by inversion: the first whose cumulative probability exceeds the uniform number.

    The cumulative sum is taken in two levels, over blocks of about √V tokens and within one, for speed.
    """
    size = int(np.ceil(np.sqrt(logits.shape[-1])))
    weights = jnp.exp(logits - jnp.max(logits, axis=-1, keepdims=True))
    weights = jnp.pad(weights, ((0, 0), (0, size * size - logits.shape[-1]))).reshape(-1, size, size)
    upto = jnp.triu(jnp.ones((size, size), logits.dtype))
    blocks = jnp.sum(weights, axis=-1) @ upto
    target = uniform.astype(logits.dtype) * blocks[:, -1]
    block = jnp.minimum(jnp.sum(blocks <= target[:, None], axis=-1), size - 1)
    before = jnp.where(block > 0, jnp.take_along_axis(blocks, jnp.maximum(block - 1, 0)[:, None], axis=1)[:, 0], 0)
    within = jnp.take_along_axis(weights, block[:, None, None], axis=1)[:, 0] @ upto
    rest = target - before
    place = jnp.sum(within <= jnp.minimum(rest, within[:, -1] * (1 - 1e-6))[:, None], axis=-1)
    return (block * size + place).astype(jnp.int32)


@partial(jax.jit, static_argnums=(0, 1))
def _answers(decoder: Decoder, length: int, params: Params, prompts, start, key) -> Int[Array, "B L"]:
    prompts = jnp.asarray(prompts, jnp.int32)
    B, T = prompts.shape
    lengths = jnp.sum(prompts != PAD, axis=1).astype(jnp.int32)
    keys = jax.vmap(partial(jax.random.fold_in, key))(start + jnp.arange(B))
    uniforms = jax.vmap(lambda own: jax.random.uniform(own, (length,)))(keys)
    hidden, cache = decoder.extend(
        params, prompts, jnp.arange(T, dtype=jnp.int32)[None, :], decoder.empty_cache(params, B, T + length)
    )
    last = jnp.take_along_axis(hidden, (lengths - 1)[:, None, None], axis=1)[:, 0]
    token = choose(decoder.head(params, last), uniforms[:, 0])

    def step(carry, given):
        token, going, cache = carry
        uniform, place = given
        going = going & (token != END)
        hidden, cache = decoder.extend(params, token[:, None], (lengths + place)[:, None], cache)
        following = jnp.where(going, choose(decoder.head(params, hidden[:, 0]), uniform), PAD)
        return (following, going, cache), following

    places = jnp.arange(length - 1, dtype=jnp.int32)
    going = jnp.ones(B, bool)
    _, rest = jax.lax.scan(step, (token, going, cache), (uniforms[:, 1:].T, places))
    return jnp.concatenate([token[:, None], rest.T], axis=1)
