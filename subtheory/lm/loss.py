"""Next-token losses, part of the sequence after part, so that the logits ``[B, T, V]`` are never there all at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from .._typing import Apply, Params
from .decoder.decoder import Decoder

LOGITS_AT_ONCE = 2**25
"""How many logits are held at once where no chunk is asked for: 128 MiB in float32."""


def token_log_likelihoods(
    apply: Apply, params: Params, tokens: Int[Array, "B T"], chunk: int | None = None
) -> Float[Array, "B T"]:
    """log p_θ(y_t | y_<t) of every token, in float32 or better; 0 for the first, which nothing comes before.

    Of a ``Decoder``, long sequences are run through the head in chunks, each of which is computed again on the way
    back: a gradient, a Jacobian-vector product and the value itself need memory for one chunk's logits.

    Args:
        apply: ``apply(params, tokens[B, T]) -> logits[B, T, V]``, causal.
        params: θ.
        tokens: ``[B, T]``; what stands to the right of a sequence's end does not influence it.
        chunk: how many places of every sequence are run through the head at once; as many as make
            ``LOGITS_AT_ONCE`` logits if absent. It changes no result beyond rounding.

    Raises:
        ValueError: a chunk below 1, or one for an ``apply`` without a head of its own.
    """
    targets = tokens[:, 1:]
    length = chunk_length(apply, tokens, chunk)
    if isinstance(apply, Decoder) and length < targets.shape[1]:
        hidden = apply.hidden(params, tokens)[:, :-1]

        def one(h: jax.Array, y: jax.Array) -> jax.Array:
            return _chosen(apply.head(params, h), y)

        found = over_chunks(one, (hidden, targets), length)
    else:
        found = _chosen(apply(params, tokens)[:, :-1], targets)
    return jnp.pad(found, ((0, 0), (1, 0)))


def next_token_loss(
    apply: Apply,
    params: Params,
    tokens: Int[Array, "B T"],
    scored: Bool[Array, "B T"] | None = None,
    chunk: int | None = None,
) -> Float[Array, ""]:
    """Cross-entropy of the next token: −Σ log p_θ(y_t | y_<t) / (number of tokens), in nats per token.

    Args:
        apply: as above.
        params: θ.
        tokens: ``[B, T]``.
        scored: which tokens count; every one but the first if absent.
        chunk: as above.
    """
    log_p = token_log_likelihoods(apply, params, tokens, chunk)
    if scored is None:
        return -jnp.sum(log_p) / (log_p.size - log_p.shape[0])
    total = jnp.sum(jnp.where(scored, log_p, jnp.zeros_like(log_p)))
    return -total / jnp.maximum(jnp.sum(scored), 1).astype(total.dtype)


def token_divergences(
    apply: Apply,
    params: Params,
    teacher_apply: Apply,
    teacher_params: Params,
    tokens: Int[Array, "B T"],
    chunk: int | None = None,
) -> Float[Array, "B T"]:
    """KL(teacher ‖ student) of every token's distribution given those before it, in nats; 0 for the first token.

    Args:
        apply: the student's.
        params: the student's.
        teacher_apply: the teacher's, which may be another function of other parameters (the student's of adapters).
        teacher_params: the teacher's.
        tokens: ``[B, T]``.
        chunk: as above, if both are a ``Decoder``.

    Raises:
        ValueError: as ``token_log_likelihoods``.
    """
    length = min(chunk_length(one, tokens, chunk) for one in (apply, teacher_apply))
    if isinstance(apply, Decoder) and isinstance(teacher_apply, Decoder) and length < tokens.shape[1] - 1:
        student, teacher = apply.hidden(params, tokens), teacher_apply.hidden(teacher_params, tokens)

        def one(h: jax.Array, h_teacher: jax.Array) -> jax.Array:
            return _divergence(apply.head(params, h), teacher_apply.head(teacher_params, h_teacher))

        found = over_chunks(one, (student[:, :-1], teacher[:, :-1]), length)
    else:
        found = _divergence(apply(params, tokens)[:, :-1], teacher_apply(teacher_params, tokens)[:, :-1])
    return jnp.pad(found, ((0, 0), (1, 0)))


def over_chunks(function: Callable[..., jax.Array], arrays: Any, chunk: int) -> jax.Array:
    """``function(*arrays)`` for arrays ``[B, T, ...]``, chunk after chunk of T, put together to ``[B, T, ...]``.

    Args:
        function: acts on every place by itself; what it computes is computed again on the way back.
        arrays: a tuple; the last chunk is filled up with zeros, whose results are dropped.
        chunk: places at once.
    """
    T = jax.tree.leaves(arrays)[0].shape[1]
    count = -(-T // chunk)

    def cut(array: jax.Array) -> jax.Array:
        filled = jnp.pad(array, [(0, 0), (0, count * chunk - T)] + [(0, 0)] * (array.ndim - 2))
        return jnp.moveaxis(filled.reshape(array.shape[0], count, chunk, *array.shape[2:]), 1, 0)

    # Inside a loop nothing can be merged with the way there, so that the barrier against it would only cost time.
    again = jax.checkpoint(function, prevent_cse=False)
    found = jnp.moveaxis(jax.lax.map(lambda parts: again(*parts), jax.tree.map(cut, arrays)), 0, 1)
    return found.reshape(found.shape[0], count * chunk, *found.shape[3:])[:, :T]


def chunk_length(apply: Apply, tokens: Int[Array, "B T"], chunk: int | None = None) -> int:
    """How many places of every sequence are run through the head at once.

    Raises:
        ValueError: as ``token_log_likelihoods``.
    """
    B, T = tokens.shape
    if chunk is None:
        return max(1, LOGITS_AT_ONCE // (B * apply.config.vocabulary)) if isinstance(apply, Decoder) else T
    if chunk < 1:
        raise ValueError(f"chunk is {chunk}; expected at least one place at once.")
    if not isinstance(apply, Decoder):
        raise ValueError(f"got a chunk for a {type(apply).__name__}; expected st.lm's decoder, whose head is apart.")
    return chunk


def _chosen(logits: Float[Array, "B t V"], tokens: Int[Array, "B t"]) -> Float[Array, "B t"]:
    """log softmax of the logits at the tokens."""
    logits = _wide(logits)
    chosen = jnp.take_along_axis(logits, tokens[..., None], axis=-1)[..., 0]
    return chosen - jax.nn.logsumexp(logits, axis=-1)


def _divergence(student: Float[Array, "B t V"], teacher: Float[Array, "B t V"]) -> Float[Array, "B t"]:
    """KL(teacher ‖ student) of the distributions of logits."""
    both = jnp.promote_types(_wide(student).dtype, _wide(teacher).dtype)
    log_p, log_q = (jax.nn.log_softmax(logits.astype(both)) for logits in (student, teacher))
    return jnp.sum(jnp.exp(log_q) * (log_q - log_p), axis=-1)


def _wide(logits: jax.Array) -> jax.Array:
    """The logits in float32 or better."""
    return logits.astype(jnp.float32) if jnp.finfo(logits.dtype).bits < 32 else logits
