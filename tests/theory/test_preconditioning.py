"""T8 in numbers: a preconditioned direction and its predicted change, against dense matrices."""

from __future__ import annotations

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from subtheory.theory.preconditioning import preconditioned_direction, predicted_trait_loss_change
from tests import oracles
from tests.instances import compiled, tanh_setting
from tests.tolerances import exact


def dense_preconditioner(size):
    """A symmetric positive-definite matrix that is far from diagonal."""
    root = np.random.default_rng(0).normal(size=(size, size))
    return jnp.asarray(root @ root.T / size + 0.1 * np.eye(size))


def test_direction_and_change_are_those_of_dense_matrices():
    def numbers(setting):
        theta, unravel = jax.flatten_util.ravel_pytree(setting.teacher_init)
        P = dense_preconditioner(theta.size)

        def precondition(direction):
            return unravel(P @ oracles.flat(direction))

        v = -P @ oracles.flat(jax.grad(setting.trait_loss)(setting.teacher_init))
        got = preconditioned_direction(setting, precondition), predicted_trait_loss_change(setting, precondition, 2, 3)
        return (oracles.flat(got[0]), got[1]), (v, -6.0 * v @ oracles.gauss_newton(setting) @ v)

    for seed in range(3):
        (v, change), (dense_v, dense_change) = compiled(numbers)(0, seed)
        exact(v, dense_v, size=10)
        exact(change, dense_change, size=10)
        assert change < 0


def test_refused():
    setting = replace(tanh_setting(0, v="any"), trait_loss=None)
    with pytest.raises(ValueError, match="no trait_loss; expected one, because T8 is about its value"):
        preconditioned_direction(setting, lambda g: g)
