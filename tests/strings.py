"""All strings of a tiny sequence model, their probabilities and scores: what tests of samples and filters share."""

from __future__ import annotations

from functools import lru_cache

import jax
import numpy as np

from subtheory.setting.sequence import all_strings, string_log_likelihood, tiny_sequence_model
from tests import oracles
from tests.instances import random_tree

MODEL = tiny_sequence_model(3, 3, 4)
STRINGS = all_strings(3, 3)


@lru_cache(maxsize=1)
def source():
    """(θ₀, v, p₀, s_v) with p₀ and s_v from the oracle: token-wise products and a central-difference-free Jacobian."""
    template = jax.eval_shape(MODEL.init, jax.eval_shape(lambda: jax.random.key(0)))
    params, v = (random_tree(np.random.default_rng(i), template) for i in range(2))
    p = oracles.string_probabilities(MODEL.apply, params, STRINGS)
    theta, unravel = jax.flatten_util.ravel_pytree(params)
    log_likelihood = string_log_likelihood(MODEL.apply, STRINGS)
    score = jax.jit(jax.jacrev(lambda t: log_likelihood(unravel(t))))(theta) @ oracles.flat(v)
    return params, v, p, np.asarray(score)
