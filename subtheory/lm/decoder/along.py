"""Linear maps along a direction given by factors, and what goes into them and comes back (theory.md, T16)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from .config import accumulation_dtype

ALONG = "_along"
"""What is put behind a matrix's name for the direction in which it moves."""
SEEN = "_seen"
"""What is put behind a matrix's name for room for what goes into it and comes back."""


def product(x: jax.Array, W: jax.Array) -> jax.Array:
    """x W over the last axis: factors in W's dtype, sums in float32 or better.

    All other axes of x are made one. W's gradient is then one product of two matrices; summed over two axes it costs
    several times as much.
    """
    rows = x.reshape(-1, x.shape[-1]).astype(W.dtype)
    y = jnp.matmul(rows, W, preferred_element_type=accumulation_dtype(W.dtype))
    return y.reshape(*x.shape[:-1], W.shape[-1])


def moved(y: jax.Array, x: jax.Array, along: Mapping[str, jax.Array]) -> jax.Array:
    """y = x W, whose W moves as W + step · A B, at step 0.

        d(x W) = ẋ W + (x A) B · d step   (T16)

    The value is y itself, and costs nothing; in the derivative A B is never formed, nor ẋ multiplied by it.

    Args:
        y: x W, ``[..., out]``.
        x: ``[..., in]``.
        along: ``step``, a number that is 0; ``A`` ``[in, r]``; ``B`` ``[r, out]``.
    """
    return _moved(y, along["step"], x, along["A"], along["B"])


def moved_rows(x: jax.Array, tokens: jax.Array, along: Mapping[str, jax.Array]) -> jax.Array:
    """x = table[tokens], some of whose rows move, at step 0.

    Args:
        x: ``[..., D]``.
        tokens: ``[...]``.
        along: ``step``; ``ids`` ``[m]``, ascending, and how these rows move, ``rows`` ``[m, D]``; where the table is
            the head too, ``A`` ``[D, r]`` and ``B`` ``[r, V]``, which move all of it, transposed.
    """
    tokens = tokens.astype(along["ids"].dtype)
    place = jnp.minimum(jnp.searchsorted(along["ids"], tokens), along["ids"].shape[0] - 1)
    hit = (along["ids"][place] == tokens)[..., None]
    motion = jnp.where(hit, along["rows"][place], jnp.zeros((), along["rows"].dtype)).astype(x.dtype)
    if "A" in along:
        motion = motion + product(along["B"].T[tokens], along["A"].T)
    return _shifted(x, along["step"], motion)


def moved_head(logits: jax.Array, hidden: jax.Array, along: Mapping[str, jax.Array]) -> jax.Array:
    """logits = hidden · table ᵀ of the same table, at step 0."""
    some = product(hidden, along["rows"].T)
    motion = jnp.zeros_like(logits).at[..., along["ids"]].add(some)
    if "A" in along:
        motion = motion + product(product(hidden, along["A"]), along["B"])
    return _shifted(logits, along["step"], motion)


def witnessed(y: jax.Array, x: jax.Array, room: Mapping[str, jax.Array]) -> jax.Array:
    """y itself; the gradient of ``room`` is what went in (``x``) and what comes back (``y``), token by token.

    Args:
        y: x W.
        x: what went in.
        room: ``y``, and ``x`` unless another map keeps it: numbers of no influence, in the shapes of y and x.
    """
    return _witnessed(y, x, room)


@jax.custom_vjp
def _witnessed(y: jax.Array, x: jax.Array, room: Mapping[str, jax.Array]) -> jax.Array:
    del x, room
    return y


def _witnessed_forward(y: jax.Array, x: jax.Array, room: Mapping[str, jax.Array]) -> tuple[jax.Array, Any]:
    return y, (x, {name: jnp.zeros((), part.dtype) for name, part in room.items()})


def _witnessed_backward(kept: Any, back: jax.Array) -> tuple[jax.Array, jax.Array, dict[str, jax.Array]]:
    x, room = kept
    seen = {"x": x, "y": back}
    return back, jnp.zeros_like(x), {name: seen[name].astype(part.dtype) for name, part in room.items()}


_witnessed.defvjp(_witnessed_forward, _witnessed_backward)


@jax.custom_jvp
def _moved(y: jax.Array, step: jax.Array, x: jax.Array, A: jax.Array, B: jax.Array) -> jax.Array:
    del step, x, A, B
    return y


@_moved.defjvp
def _moved_jvp(at: tuple[jax.Array, ...], motion: tuple[jax.Array, ...]) -> tuple[jax.Array, jax.Array]:
    y, _, x, A, B = at
    Dy, Dstep, *_ = motion
    return y, Dy + Dstep.astype(y.dtype) * product(product(x, A), B)


@jax.custom_jvp
def _shifted(y: jax.Array, step: jax.Array, motion: jax.Array) -> jax.Array:
    del step, motion
    return y


@_shifted.defjvp
def _shifted_jvp(at: tuple[jax.Array, ...], tangents: tuple[jax.Array, ...]) -> tuple[jax.Array, jax.Array]:
    y, _, motion = at
    Dy, Dstep, _ = tangents
    return y, Dy + Dstep.astype(y.dtype) * motion.astype(y.dtype)
