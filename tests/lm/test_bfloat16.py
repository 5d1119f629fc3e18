"""Weights in bfloat16, sums in float32: forwards, in tangents and in gradients."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from subtheory.lm.decoder.layer import linear

from .models import tiny


def test_bfloat16_weights_are_summed_in_float32():
    # 1 + 1 + ... in bfloat16 stays at 256, where the next number is 258.
    n = 4097
    kernel = {"kernel": jnp.ones((n, 2), "bfloat16")}
    y = linear(kernel, jnp.ones((1, n), "float32"))
    assert y.dtype == jnp.float32
    np.testing.assert_array_equal(y, np.full((1, 2), float(n)))
    # So is a gradient over 4097 rows, before it is rounded to the weights' dtype; and a tangent.
    gradient = jax.grad(lambda kernel: linear(kernel, jnp.ones((n, 3), "float32")).sum())(
        {"kernel": jnp.ones((3, 2), "bfloat16")}
    )["kernel"]
    assert gradient.dtype == jnp.bfloat16
    np.testing.assert_array_equal(gradient.astype("float32"), np.float32(jnp.bfloat16(n)))
    _, tangent = jax.jvp(lambda kernel: linear(kernel, jnp.ones((1, n), "float32")), (kernel,), (kernel,))
    np.testing.assert_array_equal(tangent, np.full((1, 2), float(n)))


@pytest.mark.parametrize("family", ["llama", "gemma2"])
def test_a_bfloat16_model_differs_from_float32_by_roundings_only(family):
    rounded = tiny(family, "bfloat16")
    wide = rounded.with_params(jax.tree.map(lambda leaf: leaf.astype("float32"), rounded.params))
    tokens = np.random.default_rng(0).integers(0, 31, (4, 20))
    got, expected = (np.asarray(lm.apply(lm.params, tokens)) for lm in (rounded, wide))
    assert got.dtype == np.float32
    # Each factor is off by at most 2^-9; some twenty of them follow each other, in random directions.
    off = np.sqrt(np.mean((got - expected) ** 2) / np.mean(expected**2))
    assert 0 < off <= 20**0.5 * 2**-8
