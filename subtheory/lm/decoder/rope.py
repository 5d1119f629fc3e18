"""Rotary position embeddings: pairs of a head's components, turned by an angle that grows with the position."""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

KINDS = ("default", "linear", "llama3")


@dataclass(frozen=True)
class Rope:
    """How fast each pair of components turns.

    Attributes:
        width: how many of a head's components turn, an even number; the rest stay as they are (partial rotary).
        base: pair k of width/2 turns by base^(−2k/width) radians per token.
        kind: one of ``KINDS``.
        factor: by how much slow pairs (``llama3``) or all pairs (``linear``) are slowed to stretch the context.
        low_frequency_factor: pairs that turn fewer times than this within ``original_context`` are slowed in full.
        high_frequency_factor: pairs that turn more often than this within ``original_context`` are left alone.
        original_context: the context of the pretraining, in tokens.
    """

    width: int
    base: float = 10000.0
    kind: str = "default"
    factor: float = 1.0
    low_frequency_factor: float = 1.0
    high_frequency_factor: float = 4.0
    original_context: int = 8192


def frequencies(rope: Rope) -> np.ndarray:
    """Radians per token of every pair, ``[width / 2]``, in float64.

    ``llama3`` is the interpolation of Llama 3.1: by the number of turns within the original context, between slowed and
    untouched.

    >>> frequencies(Rope(width=4, base=100.0)).tolist()
    [1.0, 0.1]
    >>> frequencies(Rope(width=4, base=100.0, kind="linear", factor=2.0)).tolist()
    [0.5, 0.05]
    """
    plain = rope.base ** (-np.arange(0, rope.width, 2) / rope.width)
    if rope.kind == "default":
        return plain
    if rope.kind == "linear":
        return plain / rope.factor
    turns = rope.original_context * plain / (2 * np.pi)
    untouched = (turns - rope.low_frequency_factor) / (rope.high_frequency_factor - rope.low_frequency_factor)
    untouched = np.clip(untouched, 0.0, 1.0)
    return untouched * plain + (1 - untouched) * plain / rope.factor


def angles(rope: Rope, positions: jax.Array, dtype: jnp.dtype) -> tuple[jax.Array, jax.Array]:
    """Cosine and sine of every pair's angle at every position: ``positions[b, T]`` to two ``[b, T, 1, width / 2]``."""
    angle = positions.astype(dtype)[:, :, None, None] * jnp.asarray(frequencies(rope), dtype)[None, None, None, :]
    return jnp.cos(angle), jnp.sin(angle)


def rotate(heads: jax.Array, cosine: jax.Array, sine: jax.Array) -> jax.Array:
    """Turn the first components of ``heads[B, T, H, d]``; pair k is made of components k and k + width/2."""
    half = cosine.shape[-1]
    first, second, rest = heads[..., :half], heads[..., half : 2 * half], heads[..., 2 * half :]
    return jnp.concatenate([first * cosine - second * sine, second * cosine + first * sine, rest], axis=-1)
