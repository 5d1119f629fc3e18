"""What a student does under each rule, against arithmetic written out."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import optax

from subtheory.simulation.student import student_update, student_update_by
from subtheory.simulation.teacher import taught_by, teacher_outputs
from tests.instances import compiled
from tests.tolerances import exact


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
