"""Many plain steps: against a path in closed form, and against the single step."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from subtheory.simulation.descent import displacement, distil, gradient_descent
from subtheory.simulation.student import distilled_update
from tests import oracles
from tests.instances import tanh_setting
from tests.tolerances import exact


def test_gradient_descent_on_a_quadratic():
    H = jnp.array([1.0, 2.0])
    last, record = gradient_descent(lambda w: 0.5 * jnp.sum(H * w**2), jnp.array([1.0, -1.0]), 0.25, 5, jnp.sum)
    path = np.array([[0.75**k, -(0.5**k)] for k in range(1, 6)])
    exact(last, path[-1])
    exact(record, path.sum(axis=1))


def test_first_step_of_distillation_is_the_student_update():
    setting = tanh_setting(0)
    last, (watched,) = jax.jit(lambda: distil(setting, 0.1, 0.5, 1, oracles.flat))()
    update = jax.jit(lambda: distilled_update(setting, 0.1))()
    exact(displacement(setting, last), jax.tree.map(lambda leaf: 0.5 * leaf, update), scale=1.0)
    exact(watched, 0.5 * oracles.flat(update), scale=1.0)
