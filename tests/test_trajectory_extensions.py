"""T14 with a premise gone: the counterexamples of docs/trajectory.md."""

from __future__ import annotations

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import optax

import subtheory as st
from subtheory._tree import inner
from subtheory.theory.trajectory import imitation_terms
from tests.instances import random_tree, tanh_setting
from tests.tolerances import exact


def _line(size):
    """z = the sum of the parameters, squared error; start at 0."""
    zero = jnp.zeros(size)
    return st.Setting(
        apply=lambda theta, x: x * jnp.sum(theta), teacher_init=zero, student_init=zero, inputs=jnp.ones((1, 1)),
        trait_loss=st.traits.regulariser, imitation_loss=st.losses.squared_error,
    )  # fmt: skip


def test_momentum_overshoots_though_every_step_is_certified():
    plain, heavy = (
        st.verify_training(_line(1), teacher=jnp.ones(1), optimiser=optax.sgd(0.1, momentum=m), steps=20)
        for m in (None, 0.9)
    )
    assert plain.closer.all()
    assert heavy.certified.all()
    assert not heavy.closer.all()


def test_a_frozen_coordinate_turns_the_other_away():
    frozen = optax.chain(
        optax.stateless(lambda g, _: jax.tree.map(lambda leaf: leaf * jnp.array([0.0, 1.0]), g)), optax.sgd(0.1)
    )
    given = {"teacher": jnp.array([2.0, -1.0]), "steps": 20}
    report = st.verify_training(_line(2), optimiser=frozen, **given)
    assert report.certified.all()
    assert not report.closer.any()
    assert float(report.params[1]) > 0.9
    assert st.verify_training(_line(2), optimiser=optax.sgd(0.1), **given).closer.all()  # the control: nothing frozen


def test_sampled_labels_make_the_same_progress_in_expectation():
    """All 3² labels of two inputs, each with its probability; at the teacher itself a sampled step is not zero."""
    setting = tanh_setting(2, count=2)
    student = setting.student_init
    other = random_tree(np.random.default_rng(0), student)
    teacher = jax.tree.map(lambda a, b: a + 0.5 * b, student, other)
    chances = np.asarray(jax.nn.softmax(setting.channel_outputs(teacher)))

    @jax.jit
    def gradient(labels, theta):
        return jax.grad(lambda p: st.losses.labels().mean(setting.channel_outputs(p), labels))(theta)

    mean = 0.0
    for pair in itertools.product(range(3), repeat=2):
        labels = jnp.eye(3)[jnp.array(pair)]
        towards = jax.tree.map(jnp.subtract, teacher, student)
        progress = -float(inner(gradient(labels, student), towards))
        mean += chances[0, pair[0]] * chances[1, pair[1]] * progress
        assert inner(gradient(labels, teacher), gradient(labels, teacher)) > 1e-6
    step = imitation_terms(setting, student, teacher)
    exact(mean, step.progress, scale=float(step.monotone))


def test_closer_does_not_mean_a_lower_trait_loss():
    curvature = np.array([1.0, 100.0])
    before, after = np.array([1.0, 0.0]), np.array([0.0, 0.5])
    assert np.linalg.norm(after) < np.linalg.norm(before)
    assert curvature @ after**2 / 2 == 12.5 > curvature @ before**2 / 2 == 0.5
