"""T1 in numbers: what is predicted for small ε, against the dense G; on a design whose G is not of full rank."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from subtheory.theory.lemma import (
    alignment_slope,
    predicted_cosine,
    predicted_inner_product,
    predicted_student_update,
    second_order_coefficient,
)
from tests import oracles
from tests.instances import compiled
from tests.tolerances import exact

EPSILON = 0.3


def numbers(setting):
    v = setting.update_direction()
    other = jax.tree.map(jnp.cos, v)
    package = (
        predicted_inner_product(setting, EPSILON),
        oracles.flat(predicted_student_update(setting, EPSILON)),
        predicted_cosine(setting),
        alignment_slope(setting, other),
        second_order_coefficient(setting),
    )
    theta, unravel = jax.flatten_util.ravel_pytree(setting.teacher_init)
    v = oracles.flat(v)

    def phi(epsilon):  # by the definition: one gradient of the student's loss at every ε
        y = setting.channel_outputs(unravel(theta + epsilon * v))
        loss = lambda t: jnp.mean(setting.imitation_loss.value(setting.channel_outputs(unravel(t)), y))  # noqa: E731
        return -jax.grad(loss)(theta) @ v

    return package, (oracles.gauss_newton(setting), v, oracles.flat(other), jax.hessian(phi)(0.0) / 2)


of = compiled(numbers, v="any")


def test_predictions_are_those_of_the_dense_operator():
    for design in (0, 1):
        (product, update, cosine, slope, second), (G, v, other, half) = of(design, 7)
        Gv = np.asarray(G @ v)
        exact(product, EPSILON * v @ Gv, size=10)
        exact(update, EPSILON * Gv, size=10)
        exact(cosine, v @ Gv / np.linalg.norm(v) / np.linalg.norm(Gv), size=10)
        exact(slope, other @ G @ other, size=10)
        exact(second, half, size=100, scale=abs(float(v @ Gv)))
        assert abs(float(half)) > 1e-3 * float(v @ Gv)  # the remainder is there to be predicted
