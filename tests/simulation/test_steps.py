"""Simulated steps: what each rule does, against arithmetic written out."""

from __future__ import annotations

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from subtheory.simulation.descent import displacement, distil, gradient_descent
from subtheory.simulation.samples import sample_labels, sampled_label_update, weighted_likelihood_update
from subtheory.simulation.step import realised_output_shift, realised_trait_loss_change
from subtheory.simulation.student import distilled_update, student_update, student_update_by
from subtheory.simulation.teacher import taught_by, teacher_outputs, teacher_parameters
from tests import oracles
from tests.instances import compiled, tanh_setting
from tests.tolerances import binomial_range, exact


@pytest.fixture(scope="module")
def setting():
    return tanh_setting(0)


def test_one_step_of_teacher_and_student():
    def numbers(setting):
        theta, unravel = jax.flatten_util.ravel_pytree(setting.teacher_init)
        g = jax.grad(lambda t: setting.trait_loss(unravel(t)))(theta)
        y = setting.channel_outputs(unravel(theta - 0.1 * g))

        def imitation(t):
            return jnp.mean(setting.imitation_loss.value(setting.channel_outputs(unravel(t)), y))

        dense = -jax.grad(imitation)(oracles.flat(setting.student_init))
        change = setting.trait_loss(unravel(theta + 0.5 * dense)) - setting.trait_loss(unravel(theta))
        update = distilled_update(setting, 0.1)
        return (
            (oracles.flat(teacher_parameters(setting, 0.1)), theta - 0.1 * g),
            (teacher_outputs(setting, 0.1), y),
            (oracles.flat(update), dense),
            (oracles.flat(student_update(setting, y)), dense),
            (realised_trait_loss_change(setting, update, 0.5) + 1, change + 1),
            (
                realised_output_shift(setting, update, 0.5, setting.inputs)[:, 2:],
                setting.channel_outputs(unravel(theta + 0.5 * dense)) - setting.channel_outputs(unravel(theta)),
            ),
        )

    for got, expected in compiled(numbers)(0, 8):
        exact(got, expected, size=10)


def test_rules():
    """Plain SGD by its rate, the gradient's sign, a preconditioner, and Adam's first step, which is the sign too."""

    def numbers(setting):
        y = teacher_outputs(setting, 0.1)
        plain = student_update(setting, y)
        by = {
            "sgd": student_update_by(setting, y, optax.sgd(0.3)),
            "sign": student_update_by(setting, y, optax.sign_sgd(1.0)),
            "adam": student_update_by(setting, y, optax.adam(1.0, eps=1e-30)),
            "P": student_update_by(setting, y, lambda g: jax.tree.map(lambda leaf: 2 * leaf, g)),
        }
        teacher = taught_by(setting, optax.sgd(0.3)), setting.update_direction()
        return plain, by, teacher

    plain, by, (taught, v) = compiled(numbers)(0, 2)
    exact(by["sgd"], jax.tree.map(lambda leaf: 0.3 * leaf, plain))
    exact(by["P"], jax.tree.map(lambda leaf: 2 * leaf, plain))
    exact(by["sign"], jax.tree.map(jnp.sign, plain))
    exact(by["adam"], by["sign"], size=10)
    exact(taught, jax.tree.map(lambda leaf: 0.3 * leaf, v))


def test_gradient_descent_on_a_quadratic():
    H = jnp.array([1.0, 2.0])
    last, record = gradient_descent(lambda w: 0.5 * jnp.sum(H * w**2), jnp.array([1.0, -1.0]), 0.25, 5, jnp.sum)
    path = np.array([[0.75**k, -(0.5**k)] for k in range(1, 6)])
    exact(last, path[-1])
    exact(record, path.sum(axis=1))


def test_first_step_of_distillation_is_the_student_update(setting):
    last, (watched,) = jax.jit(lambda: distil(setting, 0.1, 0.5, 1, oracles.flat))()
    update = jax.jit(lambda: distilled_update(setting, 0.1))()
    exact(displacement(setting, last), jax.tree.map(lambda leaf: 0.5 * leaf, update), scale=1.0)
    exact(watched, 0.5 * oracles.flat(update), scale=1.0)


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


def test_refused(setting):
    without = replace(setting, trait_loss=None, teacher_update=setting.update_direction())
    with pytest.raises(ValueError, match="the setting has no trait_loss; expected one to see whether it falls."):
        realised_trait_loss_change(without, without.teacher_update, 0.1)
    with pytest.raises(ValueError, match="no trait_loss; expected one to take the teacher's gradient of."):
        taught_by(without, optax.sgd(1.0))
    with pytest.raises(ValueError, match="alpha is -1.0; expected a positive finite number"):
        realised_trait_loss_change(setting, setting.update_direction(), -1.0)
    with pytest.raises(ValueError, match="epsilon is 0.0; expected a positive finite number"):
        teacher_outputs(setting, 0.0)
