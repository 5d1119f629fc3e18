"""T12: the spectrum that v sees, coverage and rank, against eigenvectors."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import subtheory as st
from subtheory.theory.flow import channel_spectrum, coverage, predicted_alignment
from tests import oracles
from tests.instances import tanh_setting
from tests.tolerances import exact

LOSSES = [st.losses.squared_error, st.losses.softmax_cross_entropy]


@pytest.fixture(scope="module", params=LOSSES, ids=lambda loss: loss.name)
def case(request):
    """(setting, dense G, v), with fewer inputs than G could resolve: N·m = 9 against 45 parameters."""
    setting = tanh_setting(3, request.param, count=3, v="any")
    G, v = jax.jit(lambda: (oracles.gauss_newton(setting), oracles.flat(setting.update_direction())))()
    return setting, np.asarray(G), np.asarray(v)


def test_spectrum(case):
    setting, G, v = case
    values, vectors = np.linalg.eigh(G)
    weights = (vectors.T @ v) ** 2 / (v @ v)
    seen = channel_spectrum(setting)
    exact(seen.weights.sum(), 1.0)
    for power in range(4):  # the measure of v: Σ ω λ^k = vᵀG^k v/‖v‖²
        exact(np.sum(seen.weights * seen.values**power), np.sum(weights * values**power), size=10)
    large = seen.values > 1e-8 * seen.largest
    exact(seen.values[large], values[::-1][: large.sum()], size=10)
    exact(seen.weights[large], weights[::-1][: large.sum()], size=1e6)  # as far as the smallest gap resolves vectors
    assert (np.diff(seen.values) <= 0).all()


def test_rank_is_bounded(case):
    """N·m for squared error, N·(m − 1) for softmax, and both bounds are met."""
    setting, G, _ = case
    values = np.linalg.eigvalsh(G)
    rank = int((values > 1e-10 * values[-1]).sum())
    seen = channel_spectrum(setting)
    per_input = 3 if setting.imitation_loss is st.losses.squared_error else 2
    assert rank == 3 * per_input
    assert (seen.values > 1e-10 * seen.largest).sum() == rank
    assert len(seen.values) <= 3 * 3 + 1


def test_coverage(case):
    setting, G, v = case
    kappa = coverage(setting)
    exact(kappa, v @ oracles.range_projector(G) @ v / (v @ v), size=1e3)
    assert 0 < kappa < 1
    inside = G @ v
    _, unravel = jax.flatten_util.ravel_pytree(setting.teacher_init)
    moved = st.Setting(**{**vars(setting), "teacher_update": unravel(jnp.asarray(inside))})
    exact(coverage(moved), 1.0, size=1e3)  # the control: all of it is conveyed


def test_alignment_over_time(case):
    setting, G, v = case
    step_size = 1.0 / np.linalg.eigvalsh(G)[-1]
    steps = np.array([0, 1, 5, 50])
    got = predicted_alignment(channel_spectrum(setting), float(v @ v), 0.1, step_size, steps)
    expected = [v @ oracles.linearised_flow(G, v, 0.1, step_size, int(k)) for k in steps]
    exact(got, expected, size=100)


def test_fewer_steps_are_a_lower_resolution(case):
    setting, G, _ = case
    assert len(channel_spectrum(setting, most=2).values) == 2
    assert channel_spectrum(setting, most=2).largest <= np.linalg.eigvalsh(G)[-1] * (1 + 1e-12)
