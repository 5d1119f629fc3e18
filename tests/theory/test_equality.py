"""T3: exact zeros, why they are zero, and beside each a change after which they are not."""

from __future__ import annotations

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import subtheory as st
from subtheory.setting.subspace import layer_mask, restrict
from subtheory.simulation.step import inner_product
from subtheory.theory.equality import channel_reach, null_reasons
from subtheory.theory.lemma import alignment_slope
from tests import oracles
from tests.instances import build, designs, draws, tanh_setting

ZERO_WEIGHTS = st.losses.weighted_squared_error((0.0, 0.0, 0.0))
ONE_WEIGHT = st.losses.weighted_squared_error((0.0, 1.0, 0.0))
LINEAR = designs()[2]


def _head_alone(setting, name):
    """The setting with v restricted to the trait's own output head, or to the channel's."""
    head = restrict(setting.update_direction(), layer_mask(setting.teacher_init, ["layers/1"]))
    columns = jnp.arange(5) < 2 if name == "trait" else jnp.arange(5) >= 2
    head["layers"][1] = {
        name: jnp.where(jnp.broadcast_to(columns, leaf.shape), leaf, 0) for name, leaf in head["layers"][1].items()
    }
    return replace(setting, teacher_update=head)


def _nothing(params):
    return 0.0 * params["layers"][0]["kernel"][0, 0]


NULL = {
    "one softmax logit": (lambda: tanh_setting(0, channel=[3]), "M is zero"),
    "weights of zero": (lambda: tanh_setting(0, ZERO_WEIGHTS), "M is zero"),
    "linear, nothing shared": (lambda: build(LINEAR, draws(LINEAR, 0)), "Jv is zero"),
    "the trait's head alone": (lambda: _head_alone(tanh_setting(0, v="any"), "trait"), "Jv is zero"),
    "no update": (lambda: replace(tanh_setting(0), trait_loss=_nothing), "v is zero"),
}
NOT_NULL = {
    "one squared-error output": lambda: tanh_setting(0, st.losses.squared_error, channel=[3]),
    "two softmax logits": lambda: tanh_setting(0, channel=[3, 4]),
    "one weight": lambda: tanh_setting(0, ONE_WEIGHT),
    "linear, any v": lambda: build(LINEAR, draws(LINEAR, 0), v="any"),
    "the channel's head alone": lambda: _head_alone(tanh_setting(0, v="any"), "channel"),
}


@pytest.mark.parametrize("name", NULL)
def test_exactly_null(name):
    make, reason = NULL[name]
    setting = make()
    assert jax.jit(lambda: alignment_slope(setting))() == 0
    phi = jax.jit(lambda epsilon: inner_product(setting, epsilon))
    assert (phi(1e-3), phi(10.0)) == (0, 0)
    (found,) = null_reasons(setting)
    assert reason in found


@pytest.mark.parametrize("name", NOT_NULL)
def test_not_null(name):
    setting = NOT_NULL[name]()
    A, phi = jax.jit(lambda: (alignment_slope(setting), inner_product(setting, 1e-3)))()
    assert A > 0
    assert phi > 0
    assert null_reasons(setting) == ()


def test_constant_shift_of_all_logits_is_null():
    """Jv along the null space of the softmax's M: the last reason, and the only one that needs v and M together."""
    setting = tanh_setting(0)
    shift = jax.tree.map(jnp.zeros_like, setting.teacher_init)
    shift["layers"][1]["bias"] = jnp.ones(5)
    (found,) = null_reasons(replace(setting, teacher_update=shift))
    assert "the channel's change Jv lies in the null space of M" in found
    assert null_reasons(replace(setting, teacher_update=shift, imitation_loss=st.losses.squared_error)) == ()


def test_reach_is_where_the_jacobian_is_not_zero():
    setting = tanh_setting(0)
    reach = np.asarray(oracles.flat(channel_reach(setting)))
    assert (reach == (np.abs(oracles.jacobian(setting)).max(axis=(0, 1)) > 0)).all()
    assert 0 < reach.sum() < reach.size  # the trait's head is out of reach
