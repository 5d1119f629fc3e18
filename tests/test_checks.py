"""Every validator: what passes, and the sentence of what does not."""

from __future__ import annotations

import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from subtheory import _checks


def refused(sentence):
    return pytest.raises(ValueError, match=re.escape(sentence))


@pytest.mark.parametrize("value", [0, -1e-3, float("nan"), float("inf"), np.float64(0)])
def test_positive_finite_refuses(value):
    with refused("expected a positive finite number, for example 1e-3."):
        _checks.positive_finite("epsilon", value)


@pytest.mark.parametrize("value", ["much", None, [1.0, 2.0]])
def test_positive_finite_refuses_what_is_no_number(value):
    with refused("epsilon is "):
        _checks.positive_finite("epsilon", value)


def test_positive_finite_passes_numbers_and_tracers():
    for value in (1, 1e-300, np.float32(2), jnp.asarray(0.5)):
        _checks.positive_finite("epsilon", value)

    def traced(value):
        _checks.positive_finite("epsilon", value)
        return value

    assert jax.jit(traced)(-1.0) == -1.0  # a traced value cannot be looked at


def test_floating_tree():
    _checks.floating_tree("params", {"w": jnp.ones(2), "b": np.zeros(1, np.float32)})
    with refused("params has no leaves"):
        _checks.floating_tree("params", {})
    with refused("params holds int32 values at layers/0/kernel; expected floating-point parameters"):
        _checks.floating_tree("params", {"layers": [{"kernel": jnp.ones(2, jnp.int32)}]})
    with refused("params holds a float at (the only leaf); expected arrays"):
        _checks.floating_tree("params", 1.0)


def test_finite():
    _checks.finite_tree("params", {"w": jnp.ones(2)})
    with refused("params holds NaN or infinity at b; expected finite values."):
        _checks.finite_tree("params", {"a": jnp.ones(2), "b": jnp.array([1.0, jnp.inf])})
    _checks.finite_array("inputs", np.arange(3))
    with refused("inputs hold NaN or infinity, first at index (1, 0); expected finite values."):
        _checks.finite_array("inputs", np.array([[1.0, 2.0], [np.nan, np.inf]]))


def test_same_structure():
    a = {"w": jnp.ones((2, 3))}
    _checks.same_structure("student", a, "teacher", {"w": jnp.zeros((2, 3))})
    with refused("expected the same structure"):
        _checks.same_structure("student", a, "teacher", {"w": jnp.ones((2, 3)), "b": jnp.ones(3)})
    with refused("student has float64[2, 3] at w, teacher has float64[3, 2]; expected the same shape and dtype."):
        _checks.same_structure("student", a, "teacher", {"w": jnp.ones((3, 2))})
    with refused("teacher has float32[2, 3]; expected the same shape and dtype."):
        _checks.same_structure("student", a, "teacher", {"w": jnp.ones((2, 3), jnp.float32)})


def test_scalar_value():
    params = jnp.ones(3)
    _checks.scalar_value("trait_loss", jnp.sum(params))
    with refused("trait_loss returned an array of shape (3,); expected a scalar: take its mean or its sum."):
        _checks.scalar_value("trait_loss", params**2)
    with refused("trait_loss returned a tuple; expected a scalar"):
        _checks.scalar_value("trait_loss", (jnp.sum(params), params))
    with refused("trait_loss returned int64; expected a floating-point scalar."):
        _checks.scalar_value("trait_loss", jnp.argmax(params))
