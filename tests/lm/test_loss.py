"""Chunked next-token losses: the same numbers as over all logits at once, in memory that does not grow with V·T."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import subtheory as st
from subtheory._tree import random_like
from subtheory.lm import loss
from subtheory.lm.audit.score import token_scores
from tests.lm import tiny as running_mean
from tests.lm.models import tiny
from tests.tolerances import exact


@pytest.mark.parametrize("family", ["llama", pytest.param("gemma2", marks=pytest.mark.slow)])
def test_chunks_change_neither_value_nor_gradient_nor_slope(family):
    lm = tiny(family, scan=True)
    tokens = jax.random.randint(jax.random.key(1), (2, 12), 0, lm.config.vocabulary)
    v = random_like(jax.random.key(2), lm.params)
    scored = jnp.asarray(np.random.default_rng(0).random((2, 12)) < 0.6)

    def everything(chunk):
        @jax.jit
        def compute(theta, v):
            value, gradient = jax.value_and_grad(lambda t: loss.next_token_loss(lm.apply, t, tokens, scored, chunk))(
                theta
            )
            pair = jax.jvp(lambda t: loss.token_log_likelihoods(lm.apply, t, tokens, chunk), (theta,), (v,))
            return value, gradient, pair

        return compute(lm.params, v)

    logits = lm.apply(lm.params, tokens)[:, :-1]
    places = np.asarray(jax.nn.log_softmax(logits))[np.arange(2)[:, None], np.arange(11)[None], tokens[:, 1:]]
    at_once = everything(11)
    exact(at_once[2][0][:, 1:], places)
    assert not at_once[2][0][:, 0].any()
    counted = np.asarray(scored)[:, 1:]
    exact(at_once[0], -places[counted].sum() / np.asarray(scored).sum())
    for chunk in (4, 1):
        for got, expected in zip(everything(chunk), at_once, strict=True):
            exact(got, expected, size=10)


def test_divergences_in_chunks_are_those_of_whole_distributions():
    lm, teacher = (tiny("llama", scan=True, seed=seed) for seed in (0, 4))
    tokens = jax.random.randint(jax.random.key(1), (2, 12), 0, lm.config.vocabulary)

    @jax.jit
    def chunked(theta):
        def total(theta):
            kl = loss.token_divergences(lm.apply, theta, teacher.apply, teacher.params, tokens, 4)
            return jnp.sum(kl), kl

        return jax.value_and_grad(total, has_aux=True)(theta)

    @jax.jit
    def whole(theta):
        p, q = (jax.nn.softmax(lm.apply(one, tokens)[:, :-1]) for one in (theta, teacher.params))
        return jnp.sum(q * jnp.log(q / p), axis=-1)

    (_, kl), gradient = chunked(lm.params)
    expected = whole(lm.params)
    exact(kl[:, 1:], expected, size=10)
    assert not kl[:, 0].any()
    assert float(expected.min()) > 0
    exact(gradient, jax.jit(jax.grad(lambda theta: jnp.sum(whole(theta))))(lm.params), size=10)


def test_the_chunk_follows_from_the_vocabulary(monkeypatch):
    lm = tiny("gpt2", scan=True)
    tokens = jax.random.randint(jax.random.key(1), (2, 12), 0, lm.config.vocabulary)
    v = random_like(jax.random.key(2), lm.params)
    assert loss.chunk_length(lm.apply, tokens) >= 12
    expected = token_scores(lm.apply, lm.params, v, tokens)
    monkeypatch.setattr(loss, "LOGITS_AT_ONCE", 2 * 31 * 5)
    assert loss.chunk_length(lm.apply, tokens) == 5
    for got, whole in zip(token_scores(lm.apply, lm.params, v, tokens), expected, strict=True):
        exact(got, whole, size=10)


@pytest.mark.parametrize("way", ["value", "gradient", "slope"])
def test_memory_is_bounded_by_the_chunk(way):
    """Temporary memory of the compiled program: with all logits at once it holds several arrays ``[B, T, V]``."""
    V, T = 4096, 128
    config = st.lm.DecoderConfig(vocabulary=V, width=4, layers=1, heads=1, mlp_width=4, context=T)
    lm = st.lm.initialise(config, jax.random.key(0), "float32")
    tokens = jnp.zeros((1, T), jnp.int32)

    def temporary(chunk):
        def value(theta):
            return loss.next_token_loss(lm.apply, theta, tokens, None, chunk)

        work = {
            "value": value,
            "gradient": jax.grad(value),
            "slope": lambda theta: jax.jvp(value, (theta,), (theta,)),
        }
        return jax.jit(work[way]).lower(lm.params).compile().memory_analysis().temp_size_in_bytes

    whole = temporary(T)
    assert whole >= 4 * V * (T - 1)  # at least one array of logits, in bytes
    assert temporary(8) <= whole / 4
    assert temporary(8) < 4 * V * T


def test_a_chunk_that_cannot_be_meant_is_refused():
    lm = tiny("gpt2")
    tokens = jnp.zeros((1, 4), jnp.int32)
    with pytest.raises(ValueError, match="chunk is 0; expected at least one place at once"):
        loss.next_token_loss(lm.apply, lm.params, tokens, chunk=0)
    with pytest.raises(ValueError, match="got a chunk for a function; expected st.lm's decoder"):
        loss.token_log_likelihoods(running_mean.apply, running_mean.params(), tokens, chunk=2)
