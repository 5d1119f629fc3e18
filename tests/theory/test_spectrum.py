"""Lanczos iteration, against another implementation of it and in closed form."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest
from matfree import decomp

from subtheory.theory.spectrum import krylov_spectrum
from tests.tolerances import exact


def test_against_another_lanczos():
    rng = np.random.default_rng(0)
    G, v = rng.normal(size=(6, 20)), rng.normal(size=20)
    G = G.T @ G  # of rank 6
    ours = krylov_spectrum(lambda u: jnp.asarray(G) @ u, jnp.asarray(v), 5)
    theirs = decomp.tridiag_sym(5)(lambda u: jnp.asarray(G) @ u, jnp.asarray(v))
    values, vectors = np.linalg.eigh(np.asarray(theirs.J_small))
    exact(ours.values, values[::-1], size=100)
    exact(ours.weights, vectors[0, ::-1] ** 2, size=100)


def test_refused():
    with pytest.raises(ValueError, match="v is zero; expected a direction to start from."):
        krylov_spectrum(lambda u: u, jnp.zeros(3), 2)
    with pytest.raises(ValueError, match="steps is 0; expected at least 1."):
        krylov_spectrum(lambda u: u, jnp.ones(3), 0)


def test_zero_operator_covers_nothing():
    spectrum = krylov_spectrum(lambda u: 0 * u, jnp.ones(3), 3)
    assert spectrum.coverage() == 0
