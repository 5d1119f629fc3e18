"""Sampled labels and strings: their frequencies, and the expected update by every label's own gradient."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from subtheory.simulation.samples import sample_labels, sampled_label_update, weighted_likelihood_update
from subtheory.simulation.student import distilled_update
from subtheory.simulation.teacher import teacher_outputs
from tests import oracles
from tests.instances import tanh_setting
from tests.tolerances import binomial_range, exact


@pytest.fixture(scope="module")
def setting():
    return tanh_setting(0)


def test_labels_are_drawn_from_the_teacher(setting):
    labels = np.asarray(jax.jit(lambda: sample_labels(jax.random.key(0), setting, 1.0, 2000))())
    p = np.asarray(jax.nn.softmax(teacher_outputs(setting, 1.0)))
    assert labels.shape == (2000, 6)
    for n in range(6):
        for k in range(3):
            low, high = binomial_range(2000, p[n, k])
            assert low <= (labels[:, n] == k).sum() <= high


def test_expected_label_update_is_the_soft_label_update(setting):
    """Over every label of every input, weighted by its probability: T9's first sentence, without sampling."""

    def numbers():
        p = jax.nn.softmax(teacher_outputs(setting, 0.5))
        return sum(weighted(p[:, k], k) for k in range(3)), oracles.flat(distilled_update(setting, 0.5))

    def weighted(weight, k):
        def loss(params):
            return jnp.mean(-weight * jax.nn.log_softmax(setting.channel_outputs(params))[:, k])

        return -oracles.flat(jax.grad(loss)(setting.student_init))

    expected, soft = jax.jit(numbers)()
    exact(soft, expected, size=10)
    one = jax.jit(lambda: oracles.flat(sampled_label_update(setting, jnp.zeros(6, int))))()
    exact(one, jax.jit(lambda: weighted(jnp.ones(6), 0))(), size=10)
    assert np.abs(np.asarray(one) - np.asarray(soft)).max() > 1e-3  # one sample is not the mean


def test_weights_of_strings_are_normalised():
    def log_likelihood(theta):
        return jax.nn.log_softmax(theta)

    got = weighted_likelihood_update(log_likelihood, jnp.zeros(3), jnp.array([2.0, 0.0, 6.0]))
    exact(got, [0.25 - 1 / 3, -1 / 3, 0.75 - 1 / 3])
