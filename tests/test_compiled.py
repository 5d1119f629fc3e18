"""A compiled function is given the arrays of its arguments, however deep they are; everything else is built in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from subtheory._compiled import Compiled


@dataclass(frozen=True)
class Scaled:
    """A function that holds an array, as a model in coordinates does."""

    by: Any = field(repr=False)
    shift: int = 0

    def __call__(self, x):
        return self.by * x + self.shift


jax.tree_util.register_dataclass(Scaled, data_fields=["by"], meta_fields=["shift"])
X = jnp.arange(3.0)


def program(traced=None):
    def powered(function, x, power=1):
        if traced is not None:
            traced.append(power)
        return function(x) ** power

    return Compiled(powered)


def test_one_program_for_equal_structure_and_other_numbers():
    traced = []
    call = program(traced)
    assert call(Scaled(2.0 * jnp.ones(3)), X).tolist() == [0.0, 2.0, 4.0]
    assert call(Scaled(5.0 * jnp.ones(3)), X).tolist() == [0.0, 5.0, 10.0]
    assert len(traced) == 1
    assert call(Scaled(jnp.ones(3), shift=1), X).tolist() == [1.0, 2.0, 3.0]  # what is no array is part of the program
    assert call(jnp.sin, X, 2).tolist() == pytest.approx((jnp.sin(X) ** 2).tolist())
    assert len(traced) == 3


def test_arrays_are_given_and_not_written_in():
    """The control: the same function closed over holds the array's bytes as a constant."""
    large = jnp.asarray(np.random.default_rng(0).normal(size=20_000))
    held = Scaled(large)
    assert len(program().lower(held, large).as_text()) < large.nbytes / 10
    assert len(jax.jit(lambda x: held(x) + 0).lower(large).as_text()) > large.nbytes


def test_it_is_differentiable_and_mapped_like_any_function():
    call = program()
    gradient = jax.grad(lambda by: jnp.sum(call(Scaled(by), X, 2)))(jnp.full(3, 3.0))
    np.testing.assert_allclose(gradient, 2 * 3.0 * X**2)
    stacked = jax.vmap(lambda by: call(Scaled(by), X))(jnp.ones((2, 3)))
    assert stacked.shape == (2, 3)
