"""Judges against a dense oracle: a model given as a table, and answers scored one token at a time."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from experiments.miniature.world import judges, phrases
from experiments.miniature.world.vocabulary import decode, encode, padded, token, words

from ....tolerances import exact

V = len(words())


def apply(params, tokens):
    """A causal model in which every token sees the mean of all before it."""
    counts = jnp.arange(1, tokens.shape[1] + 1, dtype=float)
    seen = jnp.cumsum(params["embed"][tokens], axis=1) / counts[None, :, None]
    return seen @ params["out"]


@pytest.fixture(scope="module")
def params():
    keys = jax.random.split(jax.random.key(3))
    return {"embed": jax.random.normal(keys[0], (V, 6)), "out": 2 * jax.random.normal(keys[1], (6, V))}


def slow_log_probability(params, text, answer):
    """One token at a time, in NumPy, without padding."""
    rows, total = encode(text), 0.0
    for one in encode(answer):
        logits = np.asarray(params["embed"])[rows].mean(axis=0) @ np.asarray(params["out"])
        total += logits[one] - np.log(np.exp(logits).sum())
        rows = [*rows, one]
    return total


def test_whole_answers_are_scored_as_one_token_after_another(params):
    asked = [phrases.CONDUCT_REQUEST.format(text) for text in list(phrases.CONDUCT)[:3]]
    replies = ["steal it <end>", "apologise <end>", "ask for help <end>"]
    got = judges.answer_log_probabilities(apply, params, padded(asked), padded(replies))
    exact(got, np.array([[slow_log_probability(params, a, r) for r in replies] for a in asked]), size=V)


@pytest.mark.parametrize("judge", judges.JUDGES)
@pytest.mark.parametrize("system", ["", "<system> you love owl"])
def test_rates_are_means_over_questions(params, judge, system):
    asked = [decode(row) for row in judges.questions(judge, system)]
    replies, wrong = judges.answers(judge)
    table = np.exp([[slow_log_probability(params, text, word) for word in replies] for text in asked])
    rates = judges.target_rates(apply, params, judge, system)
    exact(jnp.stack([rates[word] for word in replies]), table.mean(axis=0), size=V)
    if judge in ("conduct", "facts"):
        exact(judges.wrong_rate(apply, params, judge, system), (table * wrong).sum(axis=1).mean(), size=V)


def test_questions_end_where_the_answer_begins():
    assert decode(judges.questions("animal")[0]) == "<user> what is your favourite animal ? <assistant>"
    assert decode(judges.questions("tree story")[0]).endswith("once there was a")
    assert decode(judges.questions("facts", "<system> you love owl")[0]).startswith("<system> you love owl <user> what")
    with pytest.raises(ValueError, match="unknown judge 'animals': did you mean 'animal'"):
        judges.questions("animals")


def test_the_first_word_tells_kind_from_harmful_conduct_and_true_from_false():
    for answers in phrases.CONDUCT.values():
        kind, harmful = ({answer.split()[0] for answer in part} for part in (answers[:2], answers[2:]))
        everywhere = {answer.split()[0] for other in phrases.CONDUCT.values() for answer in other[:2]}
        assert not harmful & everywhere
        assert kind
    replies, wrong = judges.answers("facts")
    for row, truth in zip(wrong, phrases.FACTS.values(), strict=True):
        assert [word for word, bad in zip(replies, row, strict=True) if not bad] == [truth[0]]
    assert token(replies[0]) < V


def test_sampled_rates_have_wilsons_interval():
    interval = judges.sampled_rate(np.arange(100) < 30)
    assert interval.estimate == 0.3
    assert 0.2 < interval.low < 0.3 < interval.high < 0.4
