"""Theory against simulation, T12 and T13: many steps, other coordinates."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import subtheory as st
from subtheory.setting.init import aligned, permuted
from subtheory.setting.subspace import layer_mask, lora, restrict
from subtheory.simulation.descent import distil, linearised_distil
from subtheory.simulation.student import distilled_update, student_update_by
from subtheory.simulation.teacher import teacher_outputs
from subtheory.theory.flow import linearised_displacement
from subtheory.theory.lemma import alignment_slope
from subtheory.theory.subspace import extreme_directions, restricted_inner_product, shared_restriction_slope
from subtheory.theory.symmetry import predicted_permuted_update, predicted_raw_inner_product
from tests import oracles
from tests.instances import TRAIT_OUTPUTS, compiled, derivative, random_tree, tanh_setting
from tests.tolerances import exact

STEPS, EPSILON = 60, 1e-3


@pytest.mark.parametrize("against_limit", [0.5, 0.9, 1.2], ids=["η = 1/λmax", "η < 2/λmax", "η > 2/λmax"])
def test_t12_alignment_through_training(against_limit):
    """v·u_k grows, stays positive, or (the control) turns, as η falls below 1/λmax, below 2/λmax, or above."""
    setting = tanh_setting(4, st.losses.squared_error, count=3, v="any")
    G, v = oracles.gauss_newton(setting), oracles.flat(setting.update_direction())
    step_size = against_limit * 2 / float(np.linalg.eigvalsh(np.asarray(G))[-1])

    def watch(u):
        return oracles.flat(u) @ v

    _, record = jax.jit(lambda: linearised_distil(setting, EPSILON, step_size, STEPS, watch))()
    expected = np.array([v @ oracles.linearised_flow(G, v, EPSILON, step_size, k) for k in range(1, STEPS + 1)])
    growth = max(1.0, abs(1 - 2 * against_limit) ** STEPS)
    exact(record, expected, size=STEPS * growth, scale=EPSILON * float(v @ v))
    u = jax.jit(lambda: linearised_displacement(setting, EPSILON, step_size, STEPS))()
    exact(u, oracles.linearised_flow(G, v, EPSILON, step_size, STEPS), size=STEPS * growth)
    if against_limit <= 0.5:
        assert (np.diff(record) > -1e-18).all()
        assert record[0] > 0
    elif against_limit < 1:
        assert (record > 0).all()
    else:
        assert (record < 0).any()


def test_t12_real_training_starts_on_the_linear_prediction():
    setting = tanh_setting(4, st.losses.squared_error, count=3)
    v = oracles.flat(setting.update_direction())

    def both(epsilon):
        def watch(u):
            return oracles.flat(u) @ v

        return tuple(route(setting, epsilon, 0.1, 20, watch)[1] for route in (distil, linearised_distil))

    def slope(epsilon):
        return jax.jvp(both, (epsilon,), (jnp.ones(()),))[1]

    real, linear = jax.jit(slope)(jnp.zeros(()))
    exact(real, linear, size=20)
    far, far_linear = jax.jit(both)(1.0)  # the control: nothing binds them at a finite ε
    assert np.abs(far - far_linear).max() > 1e-3 * np.abs(far_linear).max()


def test_t13_permuted_students():
    order = [jnp.array([2, 0, 3, 1])]

    def numbers(setting):
        student = permuted(setting.teacher_init, order)
        other = st.Setting(**{**vars(setting), "student_init": student})
        v = setting.update_direction()

        def update(epsilon):
            return distilled_update(other, epsilon)

        simulated = jax.jvp(update, (jnp.zeros(()),), (jnp.ones(()),))[1]
        raw, theory = optax.tree.vdot(simulated, v), predicted_raw_inner_product(setting, order, 1.0)
        return (
            simulated,
            predicted_permuted_update(setting, order, 1.0),
            raw,
            theory,
            (optax.tree.vdot(aligned(simulated, order), v), alignment_slope(setting)),
        )

    run, signs = compiled(numbers), set()
    for seed in range(20):
        simulated, predicted, raw, theory, (undone, A) = run(0, seed)
        exact(simulated, predicted)
        exact(raw, theory, scale=float(A))
        exact(undone, A)
        assert A > 0
        signs.add(bool(raw > 0))
    assert signs == {True, False}  # the control: raw coordinates mean nothing


def test_t13_restricted_updates():
    """Both restricted: A ≥ 0. A full-space teacher and a restricted student: an instance of each sign."""
    setting = tanh_setting(2)
    mask = layer_mask(setting.teacher_init, ["layers/0"])
    start = random_tree(np.random.default_rng(0), setting.teacher_init, 1.0)
    worst, best = extreme_directions(setting, mask, start)

    def simulated(v, both):
        moved = st.Setting(**{**vars(setting), "teacher_update": restrict(v, mask) if both else v})

        def phi(epsilon):
            update = student_update_by(moved, teacher_outputs(moved, epsilon), lambda g: restrict(g, mask))
            return optax.tree.vdot(update, moved.update_direction())

        mixed = restricted_inner_product(setting, mask, 1.0, v)
        return derivative(phi), mixed, shared_restriction_slope(setting, mask, v)

    run = jax.jit(simulated, static_argnums=1)
    for v, sign in ((worst, -1), (best, 1)):
        slope, theory, _ = run(v, False)
        exact(slope, theory, size=10)
        assert sign * slope > 0
        slope, _, theory = run(v, True)
        exact(slope, theory, size=10)
        assert slope > 0
    dense, P = np.asarray(oracles.gauss_newton(setting)), np.diag(np.asarray(oracles.flat(mask)))
    extreme = np.linalg.eigvalsh(0.5 * (P @ dense + dense @ P))
    exact([run(worst, False)[1], run(best, False)[1]], extreme[[0, -1]], size=1e3)


def test_t13_lora_at_zero_has_no_gradient_for_a():
    def numbers(setting):
        apply, adapters = lora(setting.apply, setting.teacher_init, jax.random.key(3), rank=2)
        low = st.Setting(
            apply=apply,
            teacher_init=adapters,
            student_init=adapters,
            inputs=setting.inputs,
            channel=setting.channel,
            trait_loss=st.traits.regression(apply, setting.inputs, jnp.ones((6, 2)), TRAIT_OUTPUTS),
        )
        v = low.update_direction()
        slope = derivative(lambda e: optax.tree.vdot(distilled_update(low, e), v))
        return [part["A"] for part in v], [part["B"] for part in v], slope, alignment_slope(low)

    gradient_A, gradient_B, slope, A = compiled(numbers)(0, 0)
    assert not np.any(np.concatenate([np.ravel(leaf) for leaf in gradient_A]))
    assert np.any(np.concatenate([np.ravel(leaf) for leaf in gradient_B]))
    exact(slope, A)
    assert A > 0
