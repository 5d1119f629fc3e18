"""T5 far from zero: certificate and radius, against the simulated inner product."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import optimize

import subtheory as st
from subtheory.simulation.step import inner_product
from subtheory.theory.radius import finite_step, first_zero, lemma_radius
from tests.instances import build, designs, draws, tanh_setting


@pytest.fixture(scope="module")
def setting():
    return tanh_setting(3, st.losses.squared_error, v="any")


@pytest.fixture(scope="module")
def phi(setting):
    return jax.jit(lambda epsilon: inner_product(setting, epsilon))


def test_first_zero():
    assert first_zero(lambda e: 2 - e, 1e-3, 1e3) == pytest.approx(2, rel=1e-9)
    assert first_zero(lambda e: (e - 1) * (e - 10), 1e-3, 1e3) == pytest.approx(1, rel=1e-9)
    assert first_zero(lambda e: 1.0, 1e-3, 1e3) == float("inf")
    with pytest.raises(ValueError, match="the function is not positive at 0.001; expected a smaller first ε."):
        first_zero(lambda e: e - 1, 1e-3, 1e3)


def test_radius_is_the_first_zero_of_the_simulated_inner_product(setting, phi):
    radius = lemma_radius(setting, 1e-3, 1e3)
    assert 1e-3 < radius < 1e3
    assert all(phi(e) > 0 for e in np.geomspace(1e-3, radius * (1 - 1e-8), 50))
    assert phi(radius * (1 + 1e-6)) < 0  # the control: beyond it, the lemma's sign is gone
    root = optimize.brentq(lambda e: float(phi(e)), 0.9 * radius, 1.1 * radius, rtol=1e-14)
    assert radius == pytest.approx(root, rel=1e-9)


def test_a_certified_sign_is_right_and_ends_before_the_radius(setting, phi):
    certified = jax.jit(lambda e: finite_step(setting, e).certified)
    radius = lemma_radius(setting, 1e-3, 1e3)
    settled = [e for e in np.geomspace(1e-4, 1e3, 60) if certified(e)]
    assert settled
    assert all(phi(e) > 0 for e in settled)
    assert min(settled) < 1e-3
    assert not certified(1.01 * radius)


def test_linear_model_has_no_radius():
    design = designs()[2]
    assert lemma_radius(build(design, draws(design, 0), v="any"), 1e-3, 1e3) == float("inf")


def test_a_loss_without_mean_map_is_refused():
    with pytest.raises(ValueError, match="the imitation loss 'reverse KL' has no mean_map; expected a loss with"):
        finite_step(tanh_setting(0, st.losses.reverse_kl), 0.1)
    with pytest.raises(ValueError, match="epsilon is 0.0; expected a positive finite number"):
        finite_step(tanh_setting(0), 0.0)


@pytest.mark.parametrize("channel", [slice(1, None), [2, 0], np.array([0, 2])])
def test_radius_is_compiled_once_for_one_network(channel, caplog):
    model = st.models.mlp((3, 4, 3), "tanh")
    inputs = st.inputs.uniform(jax.random.key(0), 5, 3)

    def radius(seed):
        init = model.init(jax.random.key(seed))
        v = jax.tree.map(lambda leaf: 5 * jnp.cos(seed + leaf), init)
        setting = st.Setting(
            apply=model.apply, teacher_init=init, student_init=init, inputs=inputs, teacher_update=v,
            imitation_loss=st.losses.squared_error, channel=channel,
        )  # fmt: skip
        with jax.log_compiles(True), caplog.at_level("WARNING"):
            caplog.clear()
            found = lemma_radius(setting, 1e-3, 10.0, points=5)
        return found, sum("Compiling jit(_inner_product)" in record.message for record in caplog.records)

    (first, compiled), (second, again) = radius(1), radius(2)
    assert (compiled, again) == (1, 0)
    assert first != second or np.isinf(first)
