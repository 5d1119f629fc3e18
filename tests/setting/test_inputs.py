"""Noise of every kind has the distribution that its name promises."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from subtheory.setting import inputs
from tests.tolerances import FALSE_ALARM, binomial_range, exact, mean_agrees

KEY = jax.random.key(0)
KINDS = [inputs.uniform, inputs.gaussian, inputs.coloured, inputs.low_rank]


@pytest.mark.parametrize("dtype", [jnp.float32, "float64", None])
@pytest.mark.parametrize("make", KINDS)
def test_shape_dtype_and_key(make, dtype):
    drawn = make(KEY, 3, (4, 4), dtype=dtype)
    assert drawn.shape == (3, 4, 4)
    assert drawn.dtype == (jnp.float64 if dtype is None else jnp.dtype(dtype))
    assert (make(KEY, 3, (4, 4), dtype=dtype) == drawn).all()
    assert not (make(jax.random.key(1), 3, (4, 4), dtype=dtype) == drawn).any()


def test_uniform_is_uniform_within_its_bounds():
    drawn = np.asarray(inputs.uniform(KEY, 100, 30, -0.5, 2.0)).ravel()
    assert drawn.min() >= -0.5
    assert drawn.max() <= 2.0
    assert stats.kstest(drawn, stats.uniform(-0.5, 2.5).cdf).pvalue > FALSE_ALARM


def test_gaussian_has_its_scale():
    drawn = np.asarray(inputs.gaussian(KEY, 100, 30, 3.0)).ravel()
    assert stats.kstest(drawn, stats.norm(0, 3).cdf).pvalue > FALSE_ALARM


@pytest.mark.parametrize("exponent", [0.0, 1.0, 2.0])
def test_coloured_noise_has_its_spectrum(exponent):
    drawn = np.asarray(inputs.coloured(KEY, 400, 64, exponent))
    power = (np.abs(np.fft.rfft(drawn, axis=1)) ** 2).mean(axis=0)[1:32]
    slope = np.polyfit(np.log(np.arange(1, 32)), np.log(power), 1)[0]
    # 400 exponential periodogram values per frequency: the fitted slope has a standard deviation below 0.02
    assert abs(slope + exponent) < 0.1
    exact(drawn.mean(axis=1), np.zeros(400), scale=1.0)
    mean_agrees((drawn**2).mean(axis=1), 1.0)


def test_low_rank_noise_has_its_rank():
    drawn = np.asarray(inputs.low_rank(KEY, 200, (4, 5), rank=3)).reshape(200, 20)
    values = np.linalg.svd(drawn, compute_uv=False)
    assert values[2] > 1
    exact(values[3:], np.zeros(17), size=20, scale=values[0])
    mean_agrees((drawn**2).mean(axis=1), 1.0)


def test_mixture_takes_every_position_from_one_component():
    parts = [jnp.full((400, 2), value) for value in (1.0, 2.0, 3.0)]
    mixed = np.asarray(inputs.mixture(KEY, parts, [0.5, 0.5, 0.0]))
    assert (mixed[:, 0] == mixed[:, 1]).all()
    low, high = binomial_range(400, 0.5)
    assert low <= (mixed[:, 0] == 1).sum() <= high
    assert not (mixed == 3).any()
    positions = inputs.mixture(KEY, [jnp.arange(8.0)[:, None], jnp.arange(8.0)[:, None]])
    assert (np.asarray(positions)[:, 0] == np.arange(8)).all()


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: inputs.uniform(KEY, 0, 3), "asked for 0 inputs of shape"),
        (lambda: inputs.gaussian(KEY, 2, (3, 0)), "expected at least one, of non-empty axes"),
        (lambda: inputs.gaussian(KEY, 2, ()), "asked for 2 inputs of shape"),
        (lambda: inputs.uniform(KEY, 2, 3, 1.0, -1.0), "low is 1.0 and high is -1.0; expected low below high"),
        (lambda: inputs.coloured(KEY, 2, 1), "has no frequency; expected at least two values"),
        (lambda: inputs.low_rank(KEY, 2, 3, 4), "rank is 4; expected between 1 and the 3 values"),
        (lambda: inputs.low_rank(KEY, 2, 3, 0), "rank is 0"),
        (lambda: inputs.mixture(KEY, []), "got no components"),
        (lambda: inputs.mixture(KEY, [jnp.ones((2, 3)), jnp.ones((2, 4))]), "expected one for all"),
        (lambda: inputs.mixture(KEY, [jnp.ones((2, 3))] * 2, [0.5, 0.6]), "expected 2 probabilities that sum to one"),
        (lambda: inputs.mixture(KEY, [jnp.ones((2, 3))] * 2, [1.0]), "expected 2 probabilities"),
    ],
)
def test_refused(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


def test_drawn_takes_every_image_once_before_any_twice():
    images = jnp.arange(10.0).reshape(5, 2)
    few, many = (np.asarray(inputs.drawn(KEY, count, images)) for count in (4, 12))
    assert len({tuple(row) for row in few}) == 4
    counts = np.unique(many[:, 0], return_counts=True)[1]
    assert sorted(counts) == [2, 2, 2, 3, 3]
    assert {tuple(row) for row in many[:5]} == {tuple(row) for row in np.asarray(images)}


def test_blurred_is_the_dense_convolution_and_keeps_a_constant():
    height, width, sigma = 4, 3, 0.8
    images = jax.random.normal(KEY, (2, height * width))
    expected = np.zeros((2, height, width))
    pictures = np.asarray(images).reshape(2, height, width)
    for y in range(height):
        for x in range(width):
            down = np.exp(-0.5 * ((np.arange(height) - y) / sigma) ** 2)
            across = np.exp(-0.5 * ((np.arange(width) - x) / sigma) ** 2)
            weights = np.outer(down, across)
            expected[:, y, x] = (pictures * weights).sum(axis=(1, 2)) / weights.sum()
    got = inputs.blurred(images, (height, width), sigma)
    exact(got, expected.reshape(2, -1), size=height * width)
    assert np.std(got) < np.std(images)
    exact(inputs.blurred(jnp.full((1, 12), 0.7), (height, width), sigma), np.full((1, 12), 0.7), size=height * width)
    with pytest.raises(ValueError, match=r"width is 0.0; expected a positive finite number"):
        inputs.blurred(images, (height, width), 0.0)
