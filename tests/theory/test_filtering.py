"""T10 in parts: the law by enumeration of every string, for hard, soft and hostile filters."""

from __future__ import annotations

from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from subtheory.setting.sequence import all_strings, string_log_likelihood, tiny_sequence_model
from subtheory.simulation import mitigation
from subtheory.theory.filtering import kept_distribution, kept_variance
from tests import oracles
from tests.instances import random_tree
from tests.tolerances import exact

MODEL = tiny_sequence_model(3, 3, 4)
STRINGS = all_strings(3, 3)


@pytest.fixture(scope="module")
def source():
    """(θ₀, v, p₀, s_v) with p₀ and s_v from the oracle: token-wise products and a central-difference-free Jacobian."""
    template = jax.eval_shape(MODEL.init, jax.eval_shape(lambda: jax.random.key(0)))
    params, v = (random_tree(np.random.default_rng(i), template) for i in range(2))
    p = oracles.string_probabilities(MODEL.apply, params, STRINGS)
    theta, unravel = jax.flatten_util.ravel_pytree(params)
    log_likelihood = string_log_likelihood(MODEL.apply, STRINGS)
    score = jax.jit(jax.jacrev(lambda t: log_likelihood(unravel(t))))(theta) @ oracles.flat(v)
    return params, v, p, np.asarray(score)


def test_filters_keep_what_they_say(source):
    score = source[3]
    assert (np.asarray(mitigation.keep_without_token(STRINGS, 2)) == [2 not in row for row in STRINGS]).all()
    expected = [all(a != b for a, b in pairwise(row)) for row in STRINGS]
    assert (np.asarray(mitigation.keep_format(STRINGS)) == expected).all()
    judged = np.asarray(mitigation.keep_lowest_scores(jnp.asarray(score), 0.5)) > 0
    assert score[judged].max() < score[~judged].min()
    band = np.asarray(mitigation.keep_narrow_band(jnp.asarray(score), 0.3)) > 0
    assert np.abs(score[band] - np.median(score)).max() < np.abs(score[~band] - np.median(score)).min()
    assert mitigation.keep_one_level(jnp.asarray(score)).sum() == 1
    soft = np.asarray(mitigation.keep_randomly(jax.random.key(0), 27))
    assert ((soft >= 0) & (soft <= 1)).all()
    assert len(np.unique(soft)) == 27


@pytest.mark.parametrize("kind", ["everything", "soft", "blacklist", "judge"])
def test_gap_equals_enumeration(source, kind):
    params, v, p, score = source
    keep = {
        "everything": np.ones(27),
        "soft": np.random.default_rng(3).uniform(size=27),
        "blacklist": np.asarray(mitigation.keep_without_token(STRINGS, 2)),
        "judge": np.asarray(mitigation.keep_lowest_scores(jnp.asarray(score), 0.3)),
    }[kind]
    log_likelihood = string_log_likelihood(MODEL.apply, STRINGS)
    teacher = jax.tree.map(lambda t, d: t + 0.1 * d, params, v)
    q = oracles.string_probabilities(MODEL.apply, teacher, STRINGS)
    taught, control = (float((w * keep) @ score / (w @ keep)) for w in (q, p))
    got = jax.jit(lambda k: mitigation.filter_gap(log_likelihood, params, v, k, 0.1))(jnp.asarray(keep))
    exact(got, taught - control, size=10, scale=float(np.abs(score).max()))
    kept = p * keep / (p @ keep)
    mean = kept @ score
    exact(kept_variance(jnp.log(p), jnp.asarray(keep), jnp.asarray(score)), kept @ (score - mean) ** 2, size=10)
    exact(kept_distribution(jnp.log(p), jnp.asarray(keep)), kept, size=10)


def test_the_law_is_not_about_the_weights_alone(source):
    """The control: with another filter for the reference's data than for the teacher's, the gap can be negative."""
    _, _, p, score = source
    low = np.asarray(mitigation.keep_lowest_scores(jnp.asarray(score), 0.3))
    assert (p * low) @ score / (p @ low) < p @ score


def test_refused(source):
    log_p = jnp.log(source[2])
    with pytest.raises(ValueError, match="the filter keeps with probability 1.5; expected values between 0 and 1."):
        kept_distribution(log_p, jnp.full(27, 0.5).at[3].set(1.5))
    with pytest.raises(ValueError, match="the filter keeps with probability -0.5; expected values between 0 and 1."):
        kept_distribution(log_p, jnp.full(27, 0.5).at[3].set(-0.5))
    with pytest.raises(ValueError, match="the filter keeps nothing; expected at least one string"):
        kept_distribution(log_p, jnp.zeros(27))
