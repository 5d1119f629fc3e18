"""Token scores: against single gradients, against finite differences, and untouched by what fills a batch."""

from operator import itemgetter

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from subtheory._tree import inner, move, random_like
from subtheory.lm.audit.score import token_scores
from subtheory.lm.loss import token_log_likelihoods
from subtheory.lm.text.batches import Example, bucket_length, length_batches

from ...tolerances import exact
from .. import tiny


def one_by_one(theta, v, example):
    """The slow way: one whole gradient for every token, of one unpadded sequence."""
    tokens = jnp.asarray(example.tokens)[None]
    places = jnp.arange(len(example.prompt), len(example))

    def log_likelihoods(p):
        return jax.nn.log_softmax(tiny.apply(p, tokens)[0])[places - 1, tokens[0, places]]

    gradients = jax.jit(jax.jacrev(log_likelihoods))(theta)
    return np.array([inner(jax.tree.map(itemgetter(i), gradients), v) for i in range(len(places))])


def test_scores_are_those_of_single_gradients_whatever_fills_the_batch():
    theta = tiny.params()
    v = random_like(jax.random.key(1), theta)
    examples = tiny.examples(7)
    seen = 0
    for batch in length_batches(examples, tokens_per_batch=100, multiple=2):
        assert len(batch.places) % 2 == 0
        assert batch.tokens.size <= 100 or len(batch.places) == 2
        log_p, s = token_scores(tiny.apply, theta, v, jnp.asarray(batch.tokens))
        other = np.where(np.arange(batch.tokens.shape[1]) < batch.scored.cumsum(1).argmax(1)[:, None] + 1, 0, 7)
        disturbed = token_scores(tiny.apply, theta, v, jnp.asarray(batch.tokens + other.astype(np.int32)) % 11)
        for row, place in enumerate(batch.places):
            if place < 0:
                assert not batch.scored[row].any()
                continue
            seen += 1
            exact(np.asarray(s[row])[batch.scored[row]], one_by_one(theta, v, examples[place]), size=10)
            for clean, stirred in zip((log_p, s), disturbed, strict=True):
                np.testing.assert_array_equal(clean[row][batch.scored[row]], stirred[row][batch.scored[row]])
    assert seen == 7


def test_log_likelihoods_are_those_of_unpadded_sequences():
    theta, (example,) = tiny.params(), tiny.examples(1)
    (batch,) = length_batches([example], 16)
    whole = jax.nn.log_softmax(tiny.apply(theta, jnp.asarray(example.tokens)[None]))[0]
    expected = [whole[t - 1, example.tokens[t]] for t in range(len(example.prompt), len(example))]
    got = token_log_likelihoods(tiny.apply, theta, jnp.asarray(batch.tokens))[0][batch.scored[0]]
    exact(got, np.array(expected))


def test_scores_are_the_slope_of_the_log_likelihood():
    theta, example = tiny.params(), tiny.examples(1)[0]
    v = random_like(jax.random.key(2), theta)
    tokens = jnp.asarray(example.tokens)[None]
    step = 1e-5
    ends = [token_log_likelihoods(tiny.apply, move(theta, sign * step, v), tokens) for sign in (1, -1)]
    np.testing.assert_allclose(
        token_scores(tiny.apply, theta, v, tokens)[1], (ends[0] - ends[1]) / (2 * step), 1e-6, 1e-8
    )


def test_the_mean_score_of_all_strings_under_their_own_model_is_zero():
    theta = tiny.params(3)
    v = random_like(jax.random.key(4), theta)
    strings = jnp.asarray([[1, a, b] for a in range(tiny.VOCABULARY) for b in range(tiny.VOCABULARY)])
    log_p, s = token_scores(tiny.apply, theta, v, strings)
    p, score = jnp.exp(log_p.sum(1)), s.sum(1)
    exact(p.sum(keepdims=True), np.ones(1))
    exact(jnp.sum(p * score, keepdims=True), np.zeros(1), scale=float(jnp.sum(p * jnp.abs(score))))
    assert float(jnp.sum(p * score**2)) > 0.1


def test_few_shapes_and_every_example_once():
    examples = tiny.examples(200, longest=120)
    batches = list(length_batches(examples, 512))
    places = np.concatenate([batch.places for batch in batches])
    assert sorted(places[places >= 0]) == list(range(200))
    assert len({batch.tokens.shape for batch in batches}) <= 14  # 7 lengths, one smaller height each
    assert all(bucket_length(n) <= max(16, 1.5 * n) for n in range(1, 5000))


@pytest.mark.parametrize(("length", "rows"), [(42, 2), (60, 1), (90, 3)])
@pytest.mark.parametrize("multiple", [1, 2])
def test_a_length_of_few_examples_is_no_batch_of_many_rows(length, rows, multiple):
    """Whatever the full height: 85 rows of 48 tokens, 64 of 64, 42 of 96."""
    examples = [Example(np.arange(2), np.arange(length - 2)) for _ in range(rows)]
    (batch,) = length_batches(examples, 4096, multiple)
    assert rows <= len(batch.tokens) < 4 * rows + 4 * multiple
    assert len(batch.tokens) % multiple == 0


def test_what_is_too_long_is_refused_by_name():
    example = Example(np.arange(3), np.arange(8), "third")
    assert next(iter(length_batches([example], 64, longest=11))).tokens.shape[1] == 11
    with pytest.raises(ValueError, match="example third has 11 tokens; expected at most 10, the model's context"):
        list(length_batches([example], 64, longest=10))
    with pytest.raises(ValueError, match="tokens_per_batch is 0"):
        list(length_batches([example], 0))
