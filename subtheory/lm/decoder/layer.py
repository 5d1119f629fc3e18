"""One layer of the decoder: attention and a perceptron, each adding to the residual stream."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import jax
import jax.numpy as jnp

from ..._typing import Params
from .along import moved, product, witnessed
from .attention import attend
from .config import DecoderConfig
from .rope import rotate


def _gelu(x: jax.Array) -> jax.Array:
    return jax.nn.gelu(x, approximate=False)


def _gelu_tanh(x: jax.Array) -> jax.Array:
    return jax.nn.gelu(x, approximate=True)


ACTIVATIONS: Mapping[str, Callable[[jax.Array], jax.Array]] = MappingProxyType(
    {
        "gelu": _gelu,
        "gelu_new": _gelu_tanh,
        "gelu_fast": _gelu_tanh,
        "gelu_pytorch_tanh": _gelu_tanh,
        "relu": jax.nn.relu,
        "silu": jax.nn.silu,
        "tanh": jnp.tanh,
    }
)


class Place(NamedTuple):
    """Where the tokens of one layer's call stand.

    Attributes:
        cosine: of the rotary angles, ``[b, T, 1, r]``; None without rotary positions.
        sine: likewise.
        seen: which keys each token sees, ``[b, T, S]``.
        positions: of the tokens, ``[b, T]``; where their keys and values go in a cache.
    """

    cosine: jax.Array | None
    sine: jax.Array | None
    seen: jax.Array
    positions: jax.Array


class Cache(NamedTuple):
    """Keys and values of all earlier tokens, ``[B, S, K, d]`` each, entry s being that of position s."""

    keys: jax.Array
    values: jax.Array


def linear(params: Params, x: jax.Array) -> jax.Array:
    """x W + b with W ``[in, out]``; + (x A) B beside an adapter; W may move along factors, or be watched (T16)."""
    y = product(x, params["kernel"])
    if "kernel_along" in params:
        y = moved(y, x, params["kernel_along"])
    if "kernel_seen" in params:
        y = witnessed(y, x, params["kernel_seen"])
    if "kernel_adapter" in params:
        A, B = params["kernel_adapter"]["A"], params["kernel_adapter"]["B"]
        y = y + (x.astype(A.dtype) @ A) @ B
    return y + jnp.broadcast_to(params["bias"].astype(y.dtype), y.shape) if "bias" in params else y


def normalise(config: DecoderConfig, params: Params, x: jax.Array) -> jax.Array:
    """Layer or root-mean-square normalisation over the last axis, in float32 or better."""
    if config.normalisation == "layer":
        x = x - jnp.mean(x, axis=-1, keepdims=True)
    x = x * jax.lax.rsqrt(jnp.mean(x * x, axis=-1, keepdims=True) + config.norm_epsilon)
    scale = params["scale"].astype(x.dtype)
    x = x * jnp.broadcast_to(1 + scale if config.normalisation == "rms_plus_one" else scale, x.shape)
    return x + jnp.broadcast_to(params["bias"].astype(x.dtype), x.shape) if "bias" in params else x


def attention(
    config: DecoderConfig, params: Params, x: jax.Array, place: Place, cache: Cache | None
) -> tuple[jax.Array, Cache | None]:
    """What attention adds for ``x[B, T, D]``, and the cache with the tokens' own keys and values put in."""
    B, T, _ = x.shape
    query = linear(params["query"], x).reshape(B, T, config.heads, config.head_width)
    key = linear(params["key"], x).reshape(B, T, config.key_value_heads, config.head_width)
    value = linear(params["value"], x).reshape(B, T, config.key_value_heads, config.head_width)
    if config.query_key_norm:
        query = normalise(config, params["query_norm"], query)
        key = normalise(config, params["key_norm"], key)
    if place.cosine is not None and place.sine is not None:
        query, key = rotate(query, place.cosine, place.sine), rotate(key, place.cosine, place.sine)
    stored = params["key"]["kernel"].dtype
    query, key, value = query.astype(stored), key.astype(stored), value.astype(stored)
    if cache is not None:
        rows = jnp.arange(B)[:, None]
        where = jnp.broadcast_to(place.positions, (B, T))
        cache = Cache(cache.keys.at[rows, where].set(key), cache.values.at[rows, where].set(value))
        key, value = cache
    mixed = attend(query, key, value, place.seen, config.attention_scale, config.attention_softcap)
    return linear(params["output"], mixed), cache


def perceptron(config: DecoderConfig, params: Params, x: jax.Array) -> jax.Array:
    """down(f(up(x))), or down(f(gate(x)) · up(x)) where it is gated."""
    activation = ACTIVATIONS[config.activation]
    up = linear(params["up"], x)
    hidden = activation(linear(params["gate"], x)) * up if config.gated else activation(up)
    return linear(params["down"], hidden)


def layer(
    config: DecoderConfig, params: Params, x: jax.Array, place: Place, cache: Cache | None = None
) -> tuple[jax.Array, Cache | None]:
    """The residual stream ``x[B, T, D]`` after one layer, and its cache."""
    mixed, cache = attention(config, params["attention"], normalise(config, params["attention_norm"], x), place, cache)
    if config.post_norms:
        mixed = normalise(config, params["attention_post_norm"], mixed)
    between = x if config.parallel_residual else x + mixed
    out = perceptron(config, params["mlp"], normalise(config, params["mlp_norm"], between))
    if config.post_norms:
        out = normalise(config, params["mlp_post_norm"], out)
    return (x + mixed + out if config.parallel_residual else between + out), cache
