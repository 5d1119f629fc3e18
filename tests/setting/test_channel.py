"""Channels: slices and index lists select; what selects nothing, too much or twice is refused."""

from __future__ import annotations

import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from subtheory.setting.channel import check_channel, select

OUTPUTS = jnp.arange(26.0).reshape(2, 13)


@pytest.mark.parametrize(
    "channel", [slice(10, 13), slice(None), slice(-3, None), slice(0, 13, 4), [12, 0], (1,), np.array([3, 5]), [-1]]
)
def test_select(channel):
    assert (select(OUTPUTS, check_channel(channel, 13)) == select(OUTPUTS, channel)).all()
    index = list(channel) if isinstance(channel, tuple) else channel
    expected = np.asarray(OUTPUTS)[:, index]
    assert (np.asarray(select(OUTPUTS, channel)) == expected).all()
    assert (np.asarray(jax.jit(lambda z: select(z, channel))(OUTPUTS)) == expected).all()
    assert select(OUTPUTS.reshape(2, 1, 13), channel).shape == (2, 1, expected.shape[1])


@pytest.mark.parametrize(
    ("channel", "sentence"),
    [
        (slice(10, 14), "leaves the outputs; expected bounds within 13 outputs."),
        (slice(-14, None), "leaves the outputs"),
        (slice(5, 5), "is empty for 13 outputs; expected at least one output."),
        (slice(6, 2), "is empty for 13 outputs"),
        ([], "the channel is empty; expected at least one of 13 outputs."),
        ([13], "the channel asks for output 13; expected numbers below 13."),
        ([-14], "the channel asks for output -14"),
        ([1, 1], "the channel [1, 1] names an output twice; expected each once."),
        ([12, -1], "names an output twice"),
        ([0.5], "the channel is an array of float64 with shape (1,); expected a slice, a list of output numbers"),
        ([[0, 1]], "the channel is an array of int64 with shape (1, 2)"),
        ([True, False], "the channel is a mask of 2; expected one of 13, the outputs."),
        ([False] * 13, "the channel's mask is empty"),
        (slice(0.0, 2.0), "is no slice of whole numbers; expected one, or output numbers."),
        (slice(0, 5, 0), "has step 0; expected another step, or none."),
    ],
)
def test_refused(channel, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        check_channel(channel, 13)


@pytest.mark.parametrize(
    ("channel", "plain"),
    [
        (slice(np.int64(10), jnp.int32(13)), slice(10, 13)),
        (np.arange(13) > 9, (10, 11, 12)),
        ([True] + [False] * 12, (0,)),
        ((3, 1), (3, 1)),
        (np.array([5, 250], np.uint8), (5, 250)),
        (np.array([-1, 3], np.int8), (-1, 3)),
    ],
)
def test_a_channel_becomes_plain_python(channel, plain):
    """Numbers of NumPy and JAX, masks, and types that could not hold the number of outputs."""
    outputs = 13 if len(np.shape(channel)) and np.asarray(channel).dtype == bool else 300
    assert check_channel(channel, outputs) == plain
