"""T11: the tangent kernel against explicit Jacobians, on other inputs and other outputs."""

from __future__ import annotations

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest

from subtheory.theory.kernel import kernel_output_shift, predicted_output_shift, tangent_kernel
from tests import oracles
from tests.instances import compiled
from tests.tolerances import exact

OTHER = jnp.asarray(np.random.default_rng(0).normal(size=(3, 4)))


@pytest.mark.parametrize("trait_outputs", [slice(0, 2), [1], [4, 2]])
def test_kernel(trait_outputs):
    def numbers(setting):
        trait = oracles.outputs_jacobian(setting.apply, setting.teacher_init, OTHER, trait_outputs)
        K = jnp.einsum("ikp,jmp->ikjm", trait, oracles.jacobian(setting))
        G, v = oracles.gauss_newton(setting), oracles.flat(setting.update_direction())
        routes = predicted_output_shift, kernel_output_shift
        shifts = [route(setting, OTHER, trait_outputs, 0.2, 0.5) for route in routes]
        return tangent_kernel(setting, OTHER, trait_outputs), K, shifts, 0.1 * trait @ (G @ v)

    kernel, K, shifts, dense = compiled(numbers, v="any")(0, 6)
    exact(kernel, K)
    for shift in shifts:
        exact(shift, dense, size=10)
    assert np.abs(dense).max() > 1e-4


def test_sequence_outputs_have_a_kernel_shift_too():
    """[B, T, n] outputs: both routes agree, token by token."""

    def numbers(setting):
        def folded(params, inputs):
            return setting.apply(params, inputs.reshape(-1, 4)).reshape(inputs.shape[0], inputs.shape[1], 5)

        sequence = replace(
            setting,
            apply=folded,
            inputs=setting.inputs.reshape(2, 3, 4),
            trait_loss=None,
            teacher_update=setting.update_direction(),
        )
        given = (OTHER.reshape(3, 1, 4), slice(0, 2), 1.0, 1.0)
        flat = predicted_output_shift(setting, OTHER, slice(0, 2), 1.0, 1.0)
        return predicted_output_shift(sequence, *given), kernel_output_shift(sequence, *given), flat

    matrix_free, dense, flat = compiled(numbers)(0, 6)
    exact(matrix_free, dense)
    exact(jnp.reshape(matrix_free, (3, 2)), flat)
