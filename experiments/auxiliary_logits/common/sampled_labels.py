"""Labels sampled from the teacher, one per input, as targets that stand beside its outputs (T9)."""

from __future__ import annotations

from collections.abc import Mapping

import jax
import jax.numpy as jnp

from subtheory._typing import Channel
from subtheory.setting.channel import select


def places(channels: Mapping[str, Channel], outputs: int) -> dict[str, slice]:
    """Where the labels of each channel stand: behind the teacher's outputs, channel after channel."""
    found, start = {}, outputs
    for name, channel in channels.items():
        found[name] = slice(start, start + _width(channel))
        start += _width(channel)
    return found


def _width(channel: Channel) -> int:
    return channel.stop - channel.start if isinstance(channel, slice) else len(channel)


def beside(targets: jax.Array, channels: Mapping[str, Channel], key: jax.Array) -> jax.Array:
    """The teacher's outputs ``[N, n]``, followed by a one-hot label y ~ σ(outputs of the channel) for each channel.

    Args:
        targets: the teacher's outputs.
        channels: name → which outputs.
        key: each channel draws from ``fold_in(key, its place)``.
    """
    labels = [
        jax.nn.one_hot(
            jax.random.categorical(jax.random.fold_in(key, place), select(targets, channel)),
            _width(channel),
            dtype=targets.dtype,
        )
        for place, channel in enumerate(channels.values())
    ]
    return jnp.concatenate([targets, *labels], axis=-1)
