"""Theory against simulation, T15: three bridges from the spectrum to the network itself."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import subtheory as st
from subtheory.simulation.linearised import adam_diagonal, diagonal_descent, linearised
from subtheory.simulation.trajectory import imitate
from subtheory.theory.endpoint import linear_trajectory, trait_outputs, trajectory_spectrum
from subtheory.theory.flow import predicted_alignment
from tests import oracles
from tests.instances import random_tree, tanh_setting
from tests.tolerances import exact

STEPS = 30
ELSEWHERE = jnp.asarray(np.random.default_rng(8).normal(size=(5, 4)))


@pytest.fixture(scope="module")
def case():
    """(setting, displacement w): squared error, 9 outputs seen by 45 parameters."""
    setting = tanh_setting(3, st.losses.squared_error, count=3)
    return setting, random_tree(np.random.default_rng(1), setting.student_init, 0.3)


def _after(setting, w, scale=1.0):
    return jax.tree.map(lambda a, b: a + scale * b, setting.student_init, w)


@pytest.mark.parametrize("adam", [False, True], ids=["plain", "Adam's frozen diagonal"])
def test_spectrum_products_and_linearised_training_agree(case, adam):
    setting, w = case
    teacher = _after(setting, w)
    P = adam_diagonal(setting, teacher, 1e-2, 10) if adam else jax.tree.map(jnp.ones_like, w)
    spectrum, squared = trajectory_spectrum(setting, w, 10, P)
    rate = 1.5 / spectrum.largest
    flat_P, flat_w = np.asarray(oracles.flat(P)), np.asarray(oracles.flat(w))
    values = np.linalg.eigvals(flat_P[:, None] * np.asarray(oracles.gauss_newton(setting))).real
    exact(spectrum.largest, values.max(), size=100)

    def watch(u):
        return oracles.flat(u) @ jnp.asarray(flat_w / flat_P), trait_outputs(setting, u, ELSEWHERE)

    u, (alignment, outputs) = jax.jit(lambda: linear_trajectory(setting, w, rate, STEPS, watch, P))()
    law = predicted_alignment(spectrum, squared, 1.0, rate, np.arange(1, STEPS + 1))
    exact(alignment, law, size=1e3)
    line = linearised(setting)

    def outputs_before(theta):
        return line.apply(theta, ELSEWHERE)

    descent = diagonal_descent(P, rate)
    training = jax.jit(lambda: imitate(line, teacher, descent, STEPS, watch=outputs_before))()
    exact(jax.tree.map(jnp.subtract, training.params, setting.student_init), u, size=1e3)
    exact(training.watched[1:], outputs[:-1], size=1e3)


def test_the_network_itself_follows_for_a_near_teacher_and_not_for_a_far_one(case):
    setting, w = case
    rate = 1.0 / trajectory_spectrum(setting, w, 10)[0].largest
    apart = []
    for scale in (1e-3, 1e-2, 3.0):
        short = jax.tree.map(lambda leaf, s=scale: s * leaf, w)
        u, _ = linear_trajectory(setting, short, rate, STEPS, oracles.flat)
        moved = imitate(setting, _after(setting, short), optax.sgd(rate), STEPS).params
        real = oracles.flat(moved) - oracles.flat(setting.student_init)
        apart.append(float(jnp.linalg.norm(real - oracles.flat(u)) / jnp.linalg.norm(oracles.flat(u))))
    assert apart[1] / apart[0] == pytest.approx(10, rel=0.2)  # first order in ‖w‖
    assert apart[2] > 0.1  # the control


def test_the_students_own_start_is_where_it_is_linearised(case):
    setting, w = case
    elsewhere = st.Setting(**{**vars(setting), "teacher_init": _after(setting, w)})
    got = linear_trajectory(elsewhere, w, 0.1, 3, oracles.flat)[0]
    exact(got, linear_trajectory(setting, w, 0.1, 3, oracles.flat)[0])
