"""f(G)v from a few products, against eigenvalues of the dense G and against step-by-step trajectories."""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import subtheory as st
from subtheory.theory.endpoint import linear_trajectory
from subtheory.theory.gauss_newton import gauss_newton_operator
from subtheory.theory.krylov import conveyed, flowed, followed, krylov_space, linear_displacement
from subtheory.theory.spectrum import krylov_spectrum
from tests import oracles
from tests.instances import random_tree, tanh_setting
from tests.tolerances import exact

RANK, SIZE = 6, 20


@pytest.fixture(scope="module")
def dense():
    """(G of rank 6 in 20 dimensions, v)."""
    rng = np.random.default_rng(0)
    G = rng.normal(size=(RANK, SIZE))
    return jnp.asarray(G.T @ G), jnp.asarray(rng.normal(size=SIZE))


def product(G, u):
    return G @ u


@pytest.mark.parametrize(
    ("ours", "scalar"),
    [
        (conveyed(0.01, 7), lambda x: 1 - (1 - 0.01 * x) ** 7),
        (flowed(0.1), lambda x: -np.expm1(-0.1 * x)),
        (followed(0.1), lambda x: np.where(x > 1e-8, -np.expm1(-0.1 * x) / np.maximum(x, 1e-8), 0.1)),
    ],
    ids=["conveyed", "flowed", "followed"],
)
def test_functions_of_g_are_exact_once_the_space_is_exhausted(dense, ours, scalar):
    G, v = dense
    values, vectors = np.linalg.eigh(np.asarray(G))
    expected = vectors @ (scalar(values.clip(0)) * (vectors.T @ np.asarray(v)))
    for most in (RANK + 1, RANK + 4):  # more than enough changes nothing
        space = krylov_space(partial(product, G), v, most)
        exact(space.apply(ours), expected, size=1e3)
    few = krylov_space(partial(product, G), v, 3).apply(ours)
    assert np.linalg.norm(few - expected) > 1e-6 * np.linalg.norm(expected)  # the control


def test_basis_values_and_coverage_are_those_of_the_other_lanczos(dense):
    G, v = dense
    space = krylov_space(partial(product, G), v, 5)
    exact(space.basis @ space.basis.T, np.eye(5), size=10)
    spectrum = krylov_spectrum(partial(product, G), v, 5)
    exact(space.values[::-1], spectrum.values, size=100)
    exact(space.weights[::-1], spectrum.weights, size=100)
    every = krylov_space(partial(product, G), v, RANK + 1)
    exact(every.coverage(1e-9), krylov_spectrum(partial(product, G), v, RANK + 1).coverage(), size=100)
    assert 0 < every.coverage(1e-9) < 1


@pytest.mark.parametrize("with_diagonal", [False, True], ids=["plain", "with a diagonal"])
def test_many_steps_from_a_few_products(with_diagonal):
    setting = tanh_setting(3, st.losses.squared_error, count=3)
    w = random_tree(np.random.default_rng(1), setting.student_init, 0.3)
    P = jax.tree.map(lambda leaf: 1 + jnp.abs(leaf), w) if with_diagonal else None
    operator = gauss_newton_operator(setting)
    expected, _ = jax.jit(lambda: linear_trajectory(setting, w, 0.05, 60, oracles.flat, P))()
    got = jax.jit(lambda: linear_displacement(operator, w, conveyed(0.05, 60), 10, P))()
    exact(got, expected, size=1e3)


def test_it_can_be_mapped_and_zero_stays_zero(dense):
    G, v = dense
    both = jax.vmap(lambda u: krylov_space(partial(product, G), u, 7).apply(flowed(0.1)))(jnp.stack([v, 0 * v]))
    exact(both[0], krylov_space(partial(product, G), v, 7).apply(flowed(0.1)), size=100)
    assert not both[1].any()
