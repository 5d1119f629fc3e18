"""T2 in numbers: the predicted change of the trait loss, against the dense G."""

from __future__ import annotations

from dataclasses import replace

import jax
import pytest

from subtheory.theory.theorem import predicted_trait_loss_change
from tests import oracles
from tests.instances import compiled, tanh_setting
from tests.tolerances import exact


def numbers(setting):
    gradient = oracles.flat(jax.grad(setting.trait_loss)(setting.teacher_init))
    dense = oracles.gauss_newton(setting) @ oracles.flat(setting.update_direction())
    return predicted_trait_loss_change(setting, 0.3, 0.2), 0.3 * 0.2 * gradient @ dense


def test_the_prediction_is_that_of_the_dense_operator():
    """For the trait's own gradient it is negative; for an update of another origin (the control) of either sign."""
    own, other = compiled(numbers), compiled(numbers, v="any")
    signs = set()
    for seed in range(6):
        got, expected = own(0, seed)
        exact(got, expected, size=10)
        assert got < 0
        got, expected = other(0, seed)
        exact(got, expected, size=100, scale=max(abs(float(expected)), 1e-3))
        signs.add(bool(got > 0))
    assert signs == {True, False}


def test_refused():
    setting = tanh_setting(0, v="any")
    with pytest.raises(ValueError, match="no trait_loss; expected one, because Theorem 1 is about its value"):
        predicted_trait_loss_change(replace(setting, trait_loss=None), 0.1, 0.1)
