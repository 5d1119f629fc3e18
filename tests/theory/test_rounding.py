"""Which ε a dtype resolves: against dense Jacobians, by rounding itself, and where there is nothing to see."""

from __future__ import annotations

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import subtheory as st
from subtheory.simulation.step import inner_product
from subtheory.theory.lemma import alignment_slope
from subtheory.theory.rounding import relative_effect, resolution
from tests import oracles
from tests.instances import Design, build, draws, tanh_setting
from tests.tolerances import exact

LINEAR = Design(st.models.linear(4, 5), st.losses.squared_error, slice(2, 5))


def test_relative_effect_is_that_of_the_dense_jacobian():
    for seed in range(3):
        setting = tanh_setting(seed, v="any")
        v = np.asarray(oracles.flat(setting.update_direction()))
        Jv = np.asarray(oracles.jacobian(setting)) @ v
        z = np.asarray(setting.channel_outputs(setting.teacher_init))
        theta = np.asarray(oracles.flat(setting.teacher_init))
        expected = max(np.sqrt((z**2).mean() / (Jv**2).mean()), np.linalg.norm(theta) / np.linalg.norm(v))
        exact(relative_effect(setting), expected, size=10)


def test_what_is_called_resolved_is_and_what_is_not_is_rounding():
    """In float32: φ(ε)/ε is A at the recommended ε, and far from it a thousand times below the smallest."""
    low = jax.tree.map(lambda leaf: leaf.astype(jnp.float32), draws(LINEAR, 1))
    # a linear model with squared error, so that φ = εA exactly and all of the error is rounding
    setting = replace(build(LINEAR, low, v="any"), channel=slice(0, 5))
    seen = resolution(setting)
    assert seen.dtype == "float32"
    slope = float(alignment_slope(setting))
    errors = [
        abs(float(inner_product(setting, epsilon)) / epsilon / slope - 1)
        for epsilon in (seen.recommended_epsilon, seen.smallest_epsilon, seen.smallest_epsilon / 1000)
    ]
    assert errors[0] < 1e-3
    assert errors[1] < 0.1
    assert errors[2] > 0.1


def test_resolution():
    """Twice the update is resolved at half the ε; what the channel does not see has no resolution."""
    setting = tanh_setting(0, v="any")
    seen = resolution(setting)
    twice = jax.tree.map(lambda leaf: 2 * leaf, setting.update_direction())
    double = resolution(replace(setting, teacher_update=twice))
    assert double.smallest_epsilon == pytest.approx(seen.smallest_epsilon / 2, rel=1e-12)
    assert seen.dtype == "float64"
    assert 1e-16 < seen.smallest_epsilon < 1e-12 < seen.recommended_epsilon < 1e-5
    assert resolution(build(LINEAR, draws(LINEAR, 0))) is None
