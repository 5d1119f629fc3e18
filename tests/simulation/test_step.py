"""One step of teacher and student, and what it changes, against arithmetic written out."""

from __future__ import annotations

from dataclasses import replace

import jax
import jax.numpy as jnp
import pytest

from subtheory.simulation.step import realised_output_shift, realised_trait_loss_change
from subtheory.simulation.student import distilled_update, student_update
from subtheory.simulation.teacher import teacher_outputs, teacher_parameters
from tests import oracles
from tests.instances import compiled, tanh_setting
from tests.tolerances import exact


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


def test_refused():
    setting = tanh_setting(0)
    without = replace(setting, trait_loss=None, teacher_update=setting.update_direction())
    with pytest.raises(ValueError, match="the setting has no trait_loss; expected one to see whether it falls."):
        realised_trait_loss_change(without, without.teacher_update, 0.1)
    with pytest.raises(ValueError, match="alpha is -1.0; expected a positive finite number"):
        realised_trait_loss_change(setting, setting.update_direction(), -1.0)
