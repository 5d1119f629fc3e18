"""T4 in parts: B and r are applied, never formed: against dense matrices."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as some

from subtheory.theory.gauss_newton import gauss_newton_product
from subtheory.theory.initialisation import paired_response, untrained_update
from tests import oracles
from tests.instances import compiled
from tests.tolerances import exact

SEEDS = some.integers(0, 10_000)


def _independent_numbers(setting):
    v = setting.update_direction()
    z, y = (setting.channel_outputs(init) for init in (setting.student_init, setting.teacher_init))
    force = jax.vmap(jax.grad(setting.imitation_loss.value))(z, y)
    r = -jnp.einsum("nap,na->p", oracles.jacobian(setting, setting.student_init), force) / len(z)
    package = oracles.flat(paired_response(setting, v)), oracles.flat(untrained_update(setting))
    return package, (oracles.paired_operator(setting) @ oracles.flat(v), r)


_independent = compiled(_independent_numbers, v="any", shared=False)


@settings(max_examples=12)
@given(some.sampled_from([0, 1, 4]), SEEDS)
def test_different_inits_equal_dense(design, seed):
    (Bv, r), (dense_Bv, dense_r) = _independent(design, seed)
    exact(Bv, dense_Bv)
    exact(r, dense_r)
    assert np.abs(dense_r).max() > 1e-3  # a shared init would give zero: the control


def test_shared_init_has_no_confounder():
    def numbers(setting):
        v = setting.update_direction()
        return untrained_update(setting), paired_response(setting), gauss_newton_product(setting, v)

    r, Bv, Gv = compiled(numbers)(0, 3)
    exact(r, jax.tree.map(jnp.zeros_like, r), scale=1.0)
    exact(Bv, Gv)
