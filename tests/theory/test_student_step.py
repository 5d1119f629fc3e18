"""T6: the change at a finite α and the largest guaranteed step, against full Hessians and the simulated change."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import subtheory as st
from subtheory.simulation.step import realised_trait_loss_change
from subtheory.simulation.student import distilled_update
from subtheory.theory.student_step import guaranteed_alpha, student_step
from tests import oracles
from tests.instances import tanh_setting
from tests.tolerances import exact


@pytest.fixture(scope="module")
def step():
    """(trait loss, θ₀, Δ) with a trait loss that Δ lowers at first."""
    taught = tanh_setting(1, st.losses.squared_error)
    return taught, jax.jit(lambda: distilled_update(taught, 1.0))()


def test_mean_curvature_equals_the_full_hessian(step):
    setting, update = step
    got = jax.jit(lambda a: student_step(setting.trait_loss, setting.student_init, update, a, nodes=32).mean_curvature)
    for alpha in (1e-3, 1.0):
        expected = oracles.mean_curvature(setting.trait_loss, setting.student_init, update, alpha)
        exact(got(alpha), expected, size=10)


def test_guaranteed_alpha_is_the_largest(step):
    setting, update = step
    largest = guaranteed_alpha(setting.trait_loss, setting.student_init, update)
    change = jax.jit(lambda alpha: realised_trait_loss_change(setting, update, alpha))
    assert all(change(a) < 0 for a in np.geomspace(1e-4, 1 - 1e-6, 30) * largest)
    assert change(largest * (1 + 1e-3)) > 0  # the control


def test_guaranteed_alpha_in_closed_form():
    """½(aw₀² + bw₁²) along Δ: falls until α = 2φ/ΔᵀHΔ."""
    H, theta, delta = jnp.array([1.0, 3.0]), jnp.array([1.0, -1.0]), jnp.array([-1.0, 0.5])

    def quadratic(w):
        return 0.5 * jnp.sum(H * w**2)

    phi = -float((H * theta) @ delta)
    expected = 2 * phi / float(delta @ (H * delta))
    assert guaranteed_alpha(quadratic, theta, delta) == pytest.approx(expected, rel=1e-8)
    assert guaranteed_alpha(quadratic, theta, -delta) == 0.0
    assert guaranteed_alpha(lambda w: w[0], theta, delta, largest=1e3) == float("inf")


def test_far_out_the_quadrature_is_checked_against_the_loss():
    """1.001 softplus(x − 5) − x: all curvature lies at 5, and the loss stops falling where 0.001 α = 5.005 + L(0)."""

    def bent(x):
        return 1.001 * jax.nn.softplus(x - 5) - x

    zero, one = jnp.asarray(0.0), jnp.asarray(1.0)
    expected = float((5.005 + bent(zero)) / 0.001)
    assert guaranteed_alpha(bent, zero, one, start=100.0) == pytest.approx(expected, rel=1e-6)
    coarse = jax.jit(lambda: student_step(bent, zero, one, 2 * expected).trait_loss_change)()
    assert abs(coarse / (bent(2 * expected) - bent(zero)) - 1) > 0.1  # the control: 64 nodes alone see little


def test_where_no_quadrature_resolves_the_curvature_the_guarantee_ends():
    """A peak of width 1e-6 at 1 turns the loss; no node sees it, so nothing beyond it is said."""

    def kinked(x):
        return 2e-6 * jax.nn.softplus((x - 1) / 1e-6) - x

    got = guaranteed_alpha(kinked, jnp.asarray(0.0), jnp.asarray(1.0), start=0.5)
    assert got == 0.5
