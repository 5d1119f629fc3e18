"""The sampled distributions against dense oracles that sort and add up in plain numpy, and samples against them."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

import subtheory as st
from subtheory.lm.generation.sampling import next_token_logits

from ...tolerances import FALSE_ALARM, exact
from ..models import tiny


def oracle(logits, temperature, top_k, top_p):
    """Probabilities of one row: token by token, from the likeliest on."""
    weights = np.exp((logits - logits.max()) / temperature)
    order = np.argsort(-weights)
    if top_k is not None:
        weights[order[top_k:]] = 0
    weights /= weights.sum()
    if top_p is not None:
        reached = 0.0
        for token in order:
            if reached >= top_p:
                weights[token] = 0
            reached += weights[token]
    return weights / weights.sum()


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("top_k", [None, 1, 4, 13, 50])
@pytest.mark.parametrize("top_p", [None, 1e-6, 0.5, 0.9, 1.0])
def test_distributions_are_the_oracles(temperature, top_k, top_p):
    logits = 2 * np.random.default_rng(0).normal(size=(6, 13))
    cut = next_token_logits(jnp.asarray(logits), temperature, top_k, top_p)
    expected = np.stack([oracle(row, temperature, top_k, top_p) for row in logits])
    exact(jax.nn.softmax(cut), expected)
    np.testing.assert_array_equal(np.asarray(jax.nn.softmax(cut)) > 0, expected > 0)


@pytest.mark.parametrize(("temperature", "top_k", "top_p"), [(1.0, None, None), (2.0, 5, None), (1.5, None, 0.7)])
def test_first_tokens_are_drawn_from_it(temperature, top_k, top_p):
    lm, count = tiny("llama"), 4096
    drawn = st.lm.generate(
        lm, [[1, 2, 3]] * count, 1, temperature, top_k, top_p, jax.random.key(5), batch_size=count
    ).tokens
    seen = np.bincount([int(one[0]) for one in drawn], minlength=lm.config.vocabulary)
    p = oracle(np.asarray(lm.apply(lm.params, np.array([[1, 2, 3]]))[0, -1]), temperature, top_k, top_p)
    assert seen[p == 0].sum() == 0
    many = p * count >= 5
    observed, expected = np.append(seen[many], seen[~many].sum()), np.append(p[many], p[~many].sum()) * count
    if expected[-1] < 5:  # too few for a cell of their own: added to the next smallest
        observed[-2], expected[-2] = observed[-2] + observed[-1], expected[-2] + expected[-1]
        observed, expected = observed[:-1], expected[:-1]
    assert len(expected) > 2
    assert stats.chisquare(observed, expected).pvalue > FALSE_ALARM


def test_a_text_ends_at_its_end():
    lm = tiny("llama")
    free = st.lm.generate(lm, [[1, 2, 3]], 10, temperature=0).tokens[0].tolist()
    end = free[4]
    ending = st.lm.DecoderConfig(**{**vars(lm.config), "eos": (end, 30)})
    stopped = st.lm.initialise(ending, jax.random.key(0), "float64").with_params(lm.params)
    got = st.lm.generate(stopped, [[1, 2, 3], [7]], 10, temperature=0).tokens
    assert got[0].tolist() == free[: free.index(end) + 1]
    assert all(token not in (end, 30) for token in got[1][:-1])


def test_lengths_within_a_bucket_share_one_program():
    from subtheory.lm.generation.generate import _complete

    lm, key = tiny("llama", vocabulary=29), jax.random.key(0)
    st.lm.generate(lm, [[1] * 3, [2] * 9], 5, key=key)
    before = _complete.program._cache_size()
    for lengths, new in (((1, 16), 7), ((12, 4), 16)):
        st.lm.generate(lm, [[1] * n for n in lengths], new, key=key)
    assert _complete.program._cache_size() == before
