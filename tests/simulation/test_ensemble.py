"""Seeds trained together: each gives the numbers that it gives alone."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from subtheory.simulation.ensemble import over_seeds

from ..tolerances import exact
from .small import alone, whole_experiment


@pytest.mark.parametrize("together", [1, 2])
def test_a_seed_gives_the_same_numbers_alone_or_among_others(together):
    keys = jax.vmap(jax.random.key)(jnp.arange(3))
    many = jax.jit(lambda k: over_seeds(whole_experiment, k, together))(keys)
    for seed in (0, 2):
        exact(jax.tree.map(lambda leaf, at=seed: leaf[at], many), alone(seed), size=100)
    assert (np.diff(many["student"]["layers"][0]["kernel"], axis=0) != 0).any()


def test_no_seed_at_once_is_refused():
    with pytest.raises(ValueError, match=r"together is 0; expected at least 1 seed"):
        over_seeds(whole_experiment, jax.random.key(0)[None], 0)
