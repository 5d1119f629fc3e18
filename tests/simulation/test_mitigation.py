"""Filters, hard, soft and hostile: what they keep, and the gap that they leave, by enumeration of every string."""

from __future__ import annotations

from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from subtheory.setting.sequence import string_log_likelihood
from subtheory.simulation import mitigation
from tests import oracles
from tests.strings import MODEL, STRINGS, source
from tests.tolerances import exact


def test_filters_keep_what_they_say():
    score = source()[3]
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
def test_gap_equals_enumeration(kind):
    params, v, p, score = source()
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


def test_the_law_is_not_about_the_weights_alone():
    """The control: with another filter for the reference's data than for the teacher's, the gap can be negative."""
    _, _, p, score = source()
    low = np.asarray(mitigation.keep_lowest_scores(jnp.asarray(score), 0.3))
    assert (p * low) @ score / (p @ low) < p @ score
