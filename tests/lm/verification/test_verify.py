"""One step on a language model: the theory's numbers are those of the step, and each control fails as it must."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import subtheory as st
from subtheory.lm.text.encoding import given_examples
from subtheory.lm.verification.setting import NextTokenLogits, language_setting, next_token_inputs

from ...tolerances import exact
from .. import checkpoints

TRAIT = [("One day , Tom", "saw a big owl ."), ("the owl", "was wise and happy .")]
PROMPTS = [[1, 12, 13, 9], [1, 15, 7], [1, 10]]


@pytest.fixture(scope="module")
def lm(tmp_path_factory):
    return checkpoints.model(tmp_path_factory.mktemp("checkpoint"), "float64")


@pytest.fixture(scope="module")
def report(lm):
    trait = given_examples(TRAIT, lm.config, lm.tokenizer)
    other = st.lm.initialise(lm.config, jax.random.key(5), "float64")
    return st.lm.verify_model(lm, trait, PROMPTS, 1e-4, 1e-2, other=other, samples=400, max_new_tokens=8)


def test_the_lemma_and_the_theorem(report):
    step = report.step
    assert step.lemma_holds
    assert step.theorem_holds
    assert step.certified
    assert step.inner_product == pytest.approx(step.predicted_inner_product, rel=1e-2)
    assert step.trait_loss_change == pytest.approx(step.predicted_trait_loss_change, rel=5e-2)
    assert report.identity == pytest.approx(step.inner_product, rel=1e-7)
    assert report.teacher_trait_loss < report.trait_loss
    assert report.places == 9


def test_shares_add_up_to_the_whole(report):
    assert sum(share.value for share in report.shares) == pytest.approx(report.step.inner_product, rel=1e-9)
    predicted = sum(share.value for share in report.predicted_shares)
    assert predicted == pytest.approx(report.step.predicted_inner_product, rel=1e-9)
    names = {(share.layer, share.group) for share in report.shares}
    inside = {(layer, group) for layer in (0, 1) for group in ("attention", "mlp", "norms")}
    assert names == inside | {(None, "embedding"), (None, "final_norm")}


def test_sampled_completions(report):
    drawn = report.samples
    assert drawn.examples == 1200
    assert drawn.inner_product == pytest.approx(drawn.score, rel=1e-9)  # T9's identity: gradient and Jacobian agree
    reach = 5 * np.hypot(drawn.standard_error, drawn.predicted_error)
    assert abs(drawn.score - drawn.predicted) < reach
    assert abs(drawn.control) < 5 * drawn.standard_error


def test_another_init_is_the_paired_response_and_nothing_like_the_lemma(report):
    other = report.other
    assert other.paired == pytest.approx(other.predicted_paired, rel=1e-2)
    assert abs(other.paired) < 0.2 * report.step.inner_product
    assert abs(other.naive) > 10 * abs(other.paired)  # r, which has nothing to do with the trait


def test_places_are_those_of_unpadded_sequences(lm):
    got = NextTokenLogits(lm.apply)(lm.params, jax.tree.map(jnp.asarray, next_token_inputs(PROMPTS, 64)))
    alone = [lm.apply(lm.params, jnp.asarray([prompt]))[0] for prompt in PROMPTS]
    exact(got, jnp.concatenate(alone), size=10)


def test_what_cannot_be_verified_is_refused(lm):
    trait = given_examples(TRAIT, lm.config, lm.tokenizer)
    with pytest.raises(ValueError, match="has 65 tokens; expected at most 64, the model's context"):
        language_setting(lm, trait, [[1] * 65])
    with pytest.raises(ValueError, match="got 0 prompts"):
        language_setting(lm, trait, [])
    wider = st.lm.initialise(
        st.lm.DecoderConfig(vocabulary=9, width=8, layers=1, heads=1), jax.random.key(0), "float64"
    )
    with pytest.raises(ValueError, match="has another architecture"):
        language_setting(lm, trait, PROMPTS, wider)
    with pytest.raises(ValueError, match="epsilon is -1"):
        st.lm.verify_model(lm, trait, PROMPTS, -1.0)
