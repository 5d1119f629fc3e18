"""The tree of parameters that every family shares: its shapes, its names, and fresh random values."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from ..._checks import leaf_name
from ..._typing import Key, Params
from .config import DecoderConfig, accumulation_dtype, check_dtype


def layer_shapes(config: DecoderConfig) -> dict[str, Any]:
    """The shapes of one layer's parameters; kernels are ``[in, out]``."""
    D, query, key = config.width, config.heads * config.head_width, config.key_value_heads * config.head_width

    def linear(fan_in: int, fan_out: int, bias: bool) -> dict[str, tuple[int, ...]]:
        return {"kernel": (fan_in, fan_out), **({"bias": (fan_out,)} if bias else {})}

    def norm(width: int) -> dict[str, tuple[int, ...]]:
        return {"scale": (width,), **({"bias": (width,)} if config.normalisation == "layer" else {})}

    attention = {
        "query": linear(D, query, config.query_key_value_bias),
        "key": linear(D, key, config.query_key_value_bias),
        "value": linear(D, key, config.query_key_value_bias),
        "output": linear(query, D, config.output_bias),
    }
    if config.query_key_norm:
        attention |= {"query_norm": norm(config.head_width), "key_norm": norm(config.head_width)}
    mlp = {"up": linear(D, config.mlp_width, config.mlp_bias), "down": linear(config.mlp_width, D, config.mlp_bias)}
    if config.gated:
        mlp["gate"] = linear(D, config.mlp_width, config.mlp_bias)
    norms = {"attention_norm": norm(D), "mlp_norm": norm(D)}
    if config.post_norms:
        norms |= {"attention_post_norm": norm(D), "mlp_post_norm": norm(D)}
    return {"attention": attention, "mlp": mlp, **norms}


def parameter_shapes(config: DecoderConfig) -> dict[str, Any]:
    """The shapes of all parameters: those of the layers are stacked, ``[layers, ...]``.

    >>> shapes = parameter_shapes(DecoderConfig(vocabulary=10, width=4, layers=3, heads=2, tied=True))
    >>> shapes["layers"]["attention"]["query"]
    {'kernel': (3, 4, 4)}
    """
    D, V = config.width, config.vocabulary
    stacked = jax.tree.map(lambda shape: (config.layers, *shape), layer_shapes(config), is_leaf=_is_shape)
    shapes: dict[str, Any] = {"embedding": {"tokens": (V, D)}, "layers": stacked}
    if config.learned_positions:
        shapes["embedding"]["positions"] = (config.context, D)
    shapes["final_norm"] = {"scale": (D,), **({"bias": (D,)} if config.normalisation == "layer" else {})}
    if not config.tied:
        shapes["head"] = {"kernel": (D, V)}
    return shapes


def map_shapes(function: Callable[[str, tuple[int, ...]], Any], config: DecoderConfig) -> Params:
    """``function(name, shape)`` for every parameter, in a tree of the same structure."""
    return jax.tree_util.tree_map_with_path(
        lambda path, shape: function(leaf_name(path), shape), parameter_shapes(config), is_leaf=_is_shape
    )


def parameter_count(config: DecoderConfig) -> int:
    """How many numbers the parameters are.

    >>> parameter_count(DecoderConfig(vocabulary=10, width=4, layers=3, heads=2, tied=True))
    836
    """
    return sum(math.prod(shape) for shape in jax.tree.leaves(parameter_shapes(config), is_leaf=_is_shape))


def random_parameters(config: DecoderConfig, key: Key, dtype: Any = "float32") -> Params:
    """Fresh parameters: weights from N(0, initial_scale²), biases 0, normalisations that only normalise.

    Args:
        config: the decoder's shape.
        key: one key for all; each parameter's own is folded in.
        dtype: ``float32``, ``bfloat16`` or ``float64``.
    """
    dtype = check_dtype(dtype)
    count = iter(range(1_000_000))

    def draw(name: str, shape: tuple[int, ...]) -> jax.Array:
        own = jax.random.fold_in(key, next(count))
        if name.endswith("bias"):
            return jnp.zeros(shape, dtype)
        if name.endswith("scale"):
            return jnp.full(shape, 0.0 if config.normalisation == "rms_plus_one" else 1.0, dtype)
        wide = accumulation_dtype(dtype)
        return (config.initial_scale * jax.random.normal(own, shape, wide)).astype(dtype)

    return map_shapes(draw, config)


def _is_shape(node: Any) -> bool:
    return isinstance(node, tuple)
