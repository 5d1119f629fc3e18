"""What is projected out is out, before an optimiser or after it, and a step so taken leaves a loss unchanged."""

import jax
import jax.numpy as jnp
import optax
import pytest

from subtheory._tree import inner, random_like
from subtheory.simulation.projection import project_out, without

from ..tolerances import exact
from .small import MODEL

PARAMS = MODEL.init(jax.random.key(0))
U, T = (random_like(jax.random.key(i), PARAMS) for i in (1, 2))


def test_what_is_left_is_orthogonal_and_projecting_twice_is_projecting_once():
    left = without(T, U)
    exact(inner(left, T), 0.0, size=100, scale=float(optax.tree.norm(U) * optax.tree.norm(T)))
    exact(without(T, left), left, size=100)
    share = inner(U, T) / inner(T, T)
    exact(left, jax.tree.map(lambda u, t: u - share * t, U, T), size=100)


def test_nothing_is_taken_out_along_zero():
    exact(without(jax.tree.map(jnp.zeros_like, T), U), U)


def test_after_an_adaptive_optimiser_the_step_is_orthogonal_and_before_it_it_is_not():
    direction = lambda params: T  # noqa: E731
    sizes = {}
    for name, chain in {
        "before": optax.chain(project_out(direction), optax.adam(0.1)),
        "after": optax.chain(optax.adam(0.1), project_out(direction)),
    }.items():
        with jax.numpy_dtype_promotion("standard"):
            step, _ = chain.update(U, chain.init(PARAMS), PARAMS)
        sizes[name] = abs(float(inner(step, T) / (optax.tree.norm(step) * optax.tree.norm(T))))
    assert sizes["after"] < 1e-14
    assert sizes["before"] > 1e-3


def test_the_direction_sees_the_parameters_of_the_step():
    chain = project_out(lambda params: params)
    step, _ = chain.update(U, chain.init(PARAMS), PARAMS)
    exact(step, without(PARAMS, U), size=100)
    with pytest.raises(ValueError, match="got no parameters; expected them"):
        chain.update(U, chain.init(PARAMS))
