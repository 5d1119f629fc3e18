"""The decoder: token embeddings, layers, a final normalisation and a head, for every family alike."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from ..._typing import Params
from .along import moved_head, moved_rows, product, witnessed
from .attention import softcap, visible
from .check import check_tokens
from .config import DecoderConfig, accumulation_dtype
from .layer import Cache, Place, layer, linear, normalise
from .rope import Rope, angles

Tokens: TypeAlias = Int[Array, "B T"] | Int[np.ndarray, "B T"]

UNROLLED_UP_TO = 12
"""Decoders of at most so many layers are unrolled; deeper ones are scanned."""


@dataclass(frozen=True)
class Decoder:
    """``decoder(params, tokens[B, T]) -> logits[B, T, V]``: a pure function, equal and compiled once per config.

    Attributes:
        config: the shape and the family's choices.
        scan: whether layers are run by ``jax.lax.scan``, so that compile time does not grow with depth. None: those
            with more than ``UNROLLED_UP_TO`` layers.
        rematerialise: whether a layer's intermediate results are computed again on the way back instead of kept.
    """

    config: DecoderConfig
    scan: bool | None = None
    rematerialise: bool = False

    def __call__(self, params: Params, tokens: Tokens) -> Float[Array, "B T V"]:
        """The logits of the next token after every token.

        Args:
            params: as ``parameter_shapes`` lays them out.
            tokens: token ids, ``[B, T]``.

        Raises:
            ValueError: tokens outside the vocabulary, an empty sequence, or one longer than the model's context.
        """
        check_tokens(tokens, self.config)
        return _logits(self, params, jnp.asarray(tokens))

    def hidden(self, params: Params, tokens: Tokens) -> Float[Array, "B T D"]:
        """The normalised residual stream that the head reads; ``head`` makes logits of it."""
        check_tokens(tokens, self.config)
        return _hidden(self, params, jnp.asarray(tokens))

    def stream(self, params: Params, tokens: Tokens) -> Float[Array, "L B T D"]:
        """The residual stream after every layer, before the final normalisation.

        A bias of ``layers/mlp/down`` is added to what a layer passes on, unless the family normalises it once more
        (``post_norms``): so a stream's mean is put into another run as parameters, and no layer is changed.
        """
        check_tokens(tokens, self.config)
        return _stream(self, params, jnp.asarray(tokens))

    def head(self, params: Params, hidden: Float[Array, "*batch D"]) -> Float[Array, "*batch V"]:
        """Logits of the residual stream, in float32 or better."""
        logits = _tied_head(params["embedding"], hidden) if self.config.tied else linear(params["head"], hidden)
        return softcap(logits, self.config.logit_softcap)

    @property
    def scans(self) -> bool:
        """Whether layers are scanned."""
        return self.config.layers > UNROLLED_UP_TO if self.scan is None else self.scan

    def empty_cache(self, params: Params, batch: int, size: int) -> Any:
        """Room for the keys and values of ``size`` tokens of ``batch`` sequences, in every layer."""
        config = self.config
        dtype = params["layers"]["attention"]["key"]["kernel"].dtype
        shape = (batch, size, config.key_value_heads, config.head_width)
        if self.scans:
            shape = (config.layers, *shape)
            return Cache(jnp.zeros(shape, dtype), jnp.zeros(shape, dtype))
        return tuple(Cache(jnp.zeros(shape, dtype), jnp.zeros(shape, dtype)) for _ in range(config.layers))

    def extend(self, params: Params, tokens: jax.Array, positions: jax.Array, cache: Any) -> tuple[jax.Array, Any]:
        """The residual stream of further tokens, given a cache of those before, and the cache with them put in.

        Args:
            params: as everywhere.
            tokens: ``[B, T]``.
            positions: where they stand, ``[b, T]`` with b = B or 1.
            cache: of ``empty_cache``, or as it was returned.
        """
        return _run(self, params, tokens, positions, cache)


def _embed(config: DecoderConfig, params: Params, tokens: jax.Array, positions: jax.Array) -> jax.Array:
    table = params["embedding"]["tokens"]
    x = table[tokens].astype(accumulation_dtype(table.dtype))
    if "tokens_along" in params["embedding"]:
        x = moved_rows(x, tokens, params["embedding"]["tokens_along"])
    if "tokens_seen" in params["embedding"]:
        x = witnessed(x, x, params["embedding"]["tokens_seen"])
    if "tokens_adapter" in params["embedding"]:
        adapter = params["embedding"]["tokens_adapter"]
        x = x + adapter["A"][tokens] @ adapter["B"]
    if config.embedding_scale != 1:
        # The factor is rounded to the weights' type, as the published models were trained with.
        x = x * jnp.asarray(config.embedding_scale, table.dtype).astype(x.dtype)
    if config.learned_positions:
        learned = params["embedding"]["positions"][positions].astype(x.dtype)
        x = x + jnp.broadcast_to(learned, x.shape)
    return x


def _tied_head(embedding: Params, hidden: jax.Array) -> jax.Array:
    """h Wᵀ with the table W ``[V, D]``; + (h Bᵀ) Aᵀ beside an adapter."""
    W = embedding["tokens"]
    logits = product(hidden, W.T)
    if "tokens_along" in embedding:
        logits = moved_head(logits, hidden, embedding["tokens_along"])
    if "head_seen" in embedding:
        logits = witnessed(logits, hidden, embedding["head_seen"])
    if "tokens_adapter" in embedding:
        A, B = embedding["tokens_adapter"]["A"], embedding["tokens_adapter"]["B"]
        logits = logits + (hidden.astype(B.dtype) @ B.T) @ A.T
    return logits


def _place(config: DecoderConfig, sliding: bool, positions: jax.Array, keys: jax.Array, dtype: Any) -> Place:
    rope: Rope | None = (config.sliding_rope or config.rope) if sliding else config.rope
    cosine, sine = (None, None) if rope is None else angles(rope, positions, dtype)
    return Place(cosine, sine, visible(positions, keys, config.window if sliding else None), positions)


def _begun(
    config: DecoderConfig, params: Params, tokens: jax.Array, positions: jax.Array, keys: jax.Array
) -> tuple[jax.Array, dict[bool, Place]]:
    """The residual stream before the first layer, and where tokens stand in each kind of layer."""
    x = _embed(config, params, tokens, positions)
    return x, {kind: _place(config, kind, positions, keys, x.dtype) for kind in sorted(set(config.sliding))}


def _run(
    decoder: Decoder, params: Params, tokens: jax.Array, positions: jax.Array, cache: Any = None
) -> tuple[jax.Array, Any]:
    """All layers and the final normalisation."""
    config = decoder.config
    if cache is None:
        keys = positions
    else:
        first: Cache = cache if decoder.scans else cache[0]
        keys = jnp.arange(first.keys.shape[-3])[None, :].astype(positions.dtype)
    x, places = _begun(config, params, tokens, positions, keys)

    def one(weights, x, place, cache):
        return layer(config, weights, x, place, cache)

    if decoder.rematerialise:
        one = jax.checkpoint(one)
    run = _scanned if decoder.scans else _unrolled
    x, cache = run(config, one, params["layers"], x, places, cache)
    return normalise(config, params["final_norm"], x), cache


def _unrolled(config, one, stacked, x, places, cache):
    """Layer after layer. Split, not indexed: the gradient of a split is one concatenation, not a sum of paddings."""
    leaves, structure = jax.tree.flatten(stacked)
    parts = [jax.lax.split(leaf, (1,) * config.layers) for leaf in leaves]
    caches = []
    for i, sliding in enumerate(config.sliding):
        weights = jax.tree.unflatten(structure, [jnp.squeeze(part[i], 0) for part in parts])
        x, kept = one(weights, x, places[sliding], None if cache is None else cache[i])
        caches.append(kept)
    return x, None if cache is None else tuple(caches)


def _scanned(config, one, stacked, x, places, cache):
    """One layer, compiled once and run ``layers`` times."""

    def body(x, given):
        weights, sliding, cache = given
        place = next(iter(places.values()))
        if len(places) == 2:
            place = jax.tree.map(partial(jnp.where, sliding), places[True], places[False])
        x, kept = one(weights, x, place, cache)
        return x, kept

    return jax.lax.scan(body, x, (stacked, jnp.asarray(config.sliding), cache))


@partial(jax.jit, static_argnums=0)
def _stream(decoder: Decoder, params: Params, tokens: jax.Array) -> jax.Array:
    config, positions = decoder.config, jnp.arange(tokens.shape[1], dtype=jnp.int32)[None, :]
    x, places = _begun(config, params, tokens, positions, positions)

    def one(weights, x, place, _):
        after = layer(config, weights, x, place)[0]
        return after, after

    run, kept = (_scanned, None) if decoder.scans else (_unrolled, (None,) * config.layers)
    streams: Any = run(config, one, params["layers"], x, places, kept)[1]
    return jnp.stack(streams)


@partial(jax.jit, static_argnums=0)
def _hidden(decoder: Decoder, params: Params, tokens: jax.Array) -> jax.Array:
    positions = jnp.arange(tokens.shape[1], dtype=jnp.int32)[None, :]
    return _run(decoder, params, tokens, positions)[0]


@partial(jax.jit, static_argnums=0)
def _logits(decoder: Decoder, params: Params, tokens: jax.Array) -> jax.Array:
    return decoder.head(params, _hidden(decoder, params, tokens))
