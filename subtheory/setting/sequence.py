"""A tiny autoregressive model of strings, small enough that all V^T strings can be enumerated (T9, T10)."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import DTypeLike
from jaxtyping import Array, Float, Int

from .._typing import Apply, Params
from .model import Model, mlp


def all_strings(vocabulary: int, length: int) -> Int[np.ndarray, "strings length"]:
    """Every string of ``length`` tokens, in lexicographic order: vocabulary**length rows.

    Raises:
        ValueError: more than a million strings.

    >>> all_strings(2, 2).tolist()
    [[0, 0], [0, 1], [1, 0], [1, 1]]
    """
    if vocabulary**length > 1_000_000:
        raise ValueError(f"{vocabulary}**{length} strings are too many to enumerate; expected at most a million.")
    return np.array(list(itertools.product(range(vocabulary), repeat=length)), dtype=np.int32)


def tiny_sequence_model(vocabulary: int = 4, length: int = 5, width: int = 16, dtype: DTypeLike | None = None) -> Model:
    """An autoregressive perceptron: token t's logits from all tokens before it (one-hot, causally masked) and t.

    ``apply(params, strings[N, T]) -> logits[N, T, V]``, the distribution of every token given those before it.
    """
    network = mlp((length * vocabulary + length, width, vocabulary), "tanh", dtype=dtype)

    def apply(params: Params, strings):
        dtype = jax.tree.leaves(params)[0].dtype
        tokens = jax.nn.one_hot(strings, vocabulary, dtype=dtype)
        before = jnp.tril(jnp.ones((length, length), dtype), -1)
        seen = before[None, :, :, None] * tokens[:, None, :, :]
        position = jnp.broadcast_to(jnp.eye(length, dtype=dtype), (len(strings), length, length))
        features = jnp.concatenate([seen.reshape(len(strings), length, -1), position], axis=-1)
        logits = network.apply(params, features.reshape(len(strings) * length, -1))
        return logits.reshape(len(strings), length, vocabulary)

    return Model(network.init, apply, f"sequence model, {vocabulary} tokens, length {length}")


def string_log_likelihood(
    apply: Apply, strings: Int[Array, "N T"] | np.ndarray
) -> Callable[[Params], Float[Array, " N"]]:
    """params ↦ log p_θ(x) of every string, the sum of its tokens' log-probabilities."""
    strings = jnp.asarray(strings)

    def log_likelihood(params: Params):
        log_p = jax.nn.log_softmax(apply(params, strings))
        return jnp.sum(jnp.take_along_axis(log_p, strings[..., None], axis=-1)[..., 0], axis=-1)

    return log_likelihood
