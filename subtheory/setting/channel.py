"""The channel: which of the teacher's outputs the student imitates."""

from __future__ import annotations

import operator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .._typing import Channel


def select(outputs: jax.Array, channel: Channel) -> jax.Array:
    """The channel's part of ``outputs[..., n]``, along the last axis."""
    return outputs[..., channel] if isinstance(channel, slice) else outputs[..., jnp.asarray(channel)]


def check_channel(channel: Any, outputs: int) -> slice | tuple[int, ...]:
    """The channel in plain Python: a slice of integers, or a tuple of output numbers.

    Args:
        channel: a slice, a list, tuple or array of output numbers, or a Boolean mask of all outputs.
        outputs: how many outputs there are.

    Raises:
        ValueError: an empty channel, an index outside the outputs, an index twice, something that is no index.

    >>> check_channel(np.array([True, False, True]), 3)
    (0, 2)
    """
    if isinstance(channel, slice):
        return _checked_slice(channel, outputs)
    indices = np.asarray(channel)
    if indices.size == 0:
        raise ValueError(f"the channel is empty; expected at least one of {outputs} outputs.")
    if indices.dtype == bool and indices.ndim == 1:
        if len(indices) != outputs:
            raise ValueError(f"the channel is a mask of {len(indices)}; expected one of {outputs}, the outputs.")
        indices = np.flatnonzero(indices)
        if indices.size == 0:
            raise ValueError(f"the channel's mask is empty; expected at least one of {outputs} outputs.")
    if indices.ndim != 1 or not np.issubdtype(indices.dtype, np.integer):
        raise ValueError(
            f"the channel is an array of {indices.dtype} with shape {indices.shape}; expected a slice, a list of "
            "output numbers or a mask."
        )
    indices = indices.astype(np.int64)
    outside = indices[(indices < -outputs) | (indices >= outputs)]
    if outside.size:
        raise ValueError(f"the channel asks for output {outside[0]}; expected numbers below {outputs}.")
    if np.unique(indices % outputs).size != indices.size:
        raise ValueError(f"the channel {indices.tolist()} names an output twice; expected each once.")
    return tuple(indices.tolist())


def _checked_slice(channel: slice, outputs: int) -> slice:
    try:
        bounds = [
            None if part is None else operator.index(part) for part in (channel.start, channel.stop, channel.step)
        ]
    except TypeError:
        raise ValueError(
            f"the channel {channel} is no slice of whole numbers; expected one, or output numbers."
        ) from None
    if bounds[2] == 0:
        raise ValueError(f"the channel {channel} has step 0; expected another step, or none.")
    if any(bound is not None and not -outputs <= bound <= outputs for bound in bounds[:2]):
        raise ValueError(f"the channel {channel} leaves the outputs; expected bounds within {outputs} outputs.")
    plain = slice(*bounds)
    if not range(*plain.indices(outputs)):
        raise ValueError(f"the channel {channel} is empty for {outputs} outputs; expected at least one output.")
    return plain
