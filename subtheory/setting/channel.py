"""The channel: which of the teacher's outputs the student imitates."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .._typing import Channel


def select(outputs: jax.Array, channel: Channel) -> jax.Array:
    """The channel's part of ``outputs[..., n]``, along the last axis."""
    return outputs[..., channel] if isinstance(channel, slice) else outputs[..., jnp.asarray(channel)]


def check_channel(channel: Any, outputs: int) -> None:
    """Raise unless the channel is a non-empty choice among ``outputs`` outputs.

    Raises:
        ValueError: an empty channel, an index outside the outputs, an index twice, something that is no index.

    >>> check_channel(slice(10, 13), 13)
    """
    if isinstance(channel, slice):
        bounds = [bound for bound in (channel.start, channel.stop) if bound is not None]
        if any(not -outputs <= bound <= outputs for bound in bounds):
            raise ValueError(f"the channel {channel} leaves the outputs; expected bounds within {outputs} outputs.")
        if not range(*channel.indices(outputs)):
            raise ValueError(f"the channel {channel} is empty for {outputs} outputs; expected at least one output.")
        return
    indices = np.asarray(channel)
    if indices.size == 0:
        raise ValueError(f"the channel is empty; expected at least one of {outputs} outputs.")
    if indices.ndim != 1 or not np.issubdtype(indices.dtype, np.integer):
        raise ValueError(
            f"the channel is an array of {indices.dtype} with shape {indices.shape}; expected a slice or a list of "
            "output numbers."
        )
    outside = indices[(indices < -outputs) | (indices >= outputs)]
    if outside.size:
        raise ValueError(f"the channel asks for output {outside[0]}; expected numbers below {outputs}.")
    if np.unique(indices % outputs).size != indices.size:
        raise ValueError(f"the channel {indices.tolist()} names an output twice; expected each once.")
