"""The tiny sequence model: a normalised distribution over all strings, causal in every token."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from subtheory.setting.sequence import all_strings, string_log_likelihood, tiny_sequence_model
from tests import oracles
from tests.instances import random_tree
from tests.tolerances import exact

MODEL = tiny_sequence_model(3, 4, 5)
PARAMS = random_tree(np.random.default_rng(0), jax.eval_shape(MODEL.init, jax.eval_shape(lambda: jax.random.key(0))))
STRINGS = all_strings(3, 4)


def test_all_strings():
    assert STRINGS.shape == (81, 4)
    assert len(np.unique(STRINGS, axis=0)) == 81
    assert (STRINGS @ 3 ** np.arange(3, -1, -1) == np.arange(81)).all()
    with pytest.raises(ValueError, match=r"100\*\*4 strings are too many to enumerate; expected at most a million."):
        all_strings(100, 4)


def test_probabilities():
    log_p = string_log_likelihood(MODEL.apply, STRINGS)(PARAMS)
    exact(jnp.exp(log_p), oracles.string_probabilities(MODEL.apply, PARAMS, STRINGS), size=10)
    exact(jnp.sum(jnp.exp(log_p)), 1.0, size=10)
    assert np.ptp(np.asarray(log_p)) > 0.5  # not uniform


def test_causal():
    logits = np.asarray(MODEL.apply(PARAMS, jnp.asarray(STRINGS)))
    assert logits.shape == (81, 4, 3)
    for t in range(4):
        _, group = np.unique(STRINGS[:, :t], axis=0, return_inverse=True)
        for g in range(group.max() + 1):
            assert np.ptp(logits[group.ravel() == g, t], axis=0).max() == 0
    assert np.ptp(logits[:, 3, 0]) > 0.01
