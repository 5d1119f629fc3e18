"""T10 in parts: what a filter leaves of a distribution, and of the score's variance, by enumeration."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from subtheory.theory.filtering import kept_distribution, kept_variance
from tests.strings import source
from tests.tolerances import exact


def test_what_is_kept_is_that_of_enumeration():
    _, _, p, score = source()
    rng = np.random.default_rng(3)
    for keep in (np.ones(27), rng.uniform(size=27), (rng.uniform(size=27) < 0.3).astype(float)):
        kept = p * keep / (p @ keep)
        exact(kept_distribution(jnp.log(p), jnp.asarray(keep)), kept, size=10)
        variance = kept @ (score - kept @ score) ** 2
        exact(kept_variance(jnp.log(p), jnp.asarray(keep), jnp.asarray(score)), variance, size=10)


def test_refused():
    log_p = jnp.log(source()[2])
    with pytest.raises(ValueError, match="the filter keeps with probability 1.5; expected values between 0 and 1."):
        kept_distribution(log_p, jnp.full(27, 0.5).at[3].set(1.5))
    with pytest.raises(ValueError, match="the filter keeps with probability -0.5; expected values between 0 and 1."):
        kept_distribution(log_p, jnp.full(27, 0.5).at[3].set(-0.5))
    with pytest.raises(ValueError, match="the filter keeps nothing; expected at least one string"):
        kept_distribution(log_p, jnp.zeros(27))
