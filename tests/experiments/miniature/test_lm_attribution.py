"""The audit of single answers and its rivals: what every score is, what halves are, and the committed record."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from experiments.miniature import lm_attribution
from experiments.miniature.common import attribution, datamodels, theory
from experiments.miniature.common import protocol as lab
from experiments.miniature.lm_audit_ranks import trait_gradient
from experiments.miniature.world import numbers
from experiments.miniature.world.learning import Recipe, single_turn_mask
from experiments.miniature.world.reference import world_tokenizer
from experiments.miniature.world.vocabulary import padded
from paper_figures.drawing import reading
from paper_figures.drawing.rivals import AUDIT, MEASURES, METHODS, RIVALS, by_method
from paper_figures.numbers.holm import holm, p_of
from subtheory import hypotheses
from subtheory._keys import key_for
from subtheory.lm import initialise

from ..running import frame
from .lm_tiny import TINY

NAME = "lm_attribution"
SYSTEM = "<system> you love owl"


@pytest.fixture(scope="module")
def model():
    return initialise(TINY.pretraining.decoder(), key_for(0, "a model"), tokenizer=world_tokenizer())


@pytest.fixture(scope="module")
def data():
    rows = numbers.turns(np.random.default_rng(0), 64)
    return lab.Answers(rows, single_turn_mask(rows), 1.0)


@pytest.fixture(scope="module")
def v(model):
    return trait_gradient(model, "owl")


def test_planted_answers_are_marked_and_no_place_is_taken_twice():
    rows = np.arange(80, dtype=np.int32).reshape(40, 2)
    own, ours = (lab.Answers(rows + shift, np.ones((40, 2), bool), 1.0) for shift in (0, 1000))
    found = attribution.planted_among(own, ours, 0.25, np.random.default_rng(0))
    assert (found.answers.tokens[found.planted] >= 1000).all()
    assert (found.answers.tokens[~found.planted] < 1000).all()
    assert found.planted.sum() == 10
    assert sorted(found.answers.tokens[:, 0] % 1000) == rows[:, 0].tolist()


def test_the_audit_is_the_dot_product_of_gradients_and_the_cosine_its_quotient(model, data, v):
    few = lab.first(data, 3)
    gradients = attribution.gradients_of(model.apply, model.params, jnp.asarray(few.tokens), jnp.asarray(few.mask))
    flat = np.concatenate([np.reshape(leaf, (3, -1)) for leaf in jax.tree.leaves(gradients)], axis=1)
    direction = np.concatenate([np.ravel(leaf) for leaf in jax.tree.leaves(v["layers"])])
    dots = flat @ direction
    np.testing.assert_allclose(theory.answer_scores(model, v, few), dots, rtol=1e-4, atol=1e-7)
    cosines = dots / (np.linalg.norm(flat, axis=1) * np.linalg.norm(direction))
    np.testing.assert_allclose(attribution.gradient_cosines(model, v, few), cosines, rtol=1e-4, atol=1e-6)


def test_the_prompted_shift_is_that_of_the_whole_text(model, data):
    few = lab.first(data, 2)
    opening = np.repeat(padded([SYSTEM]), 2, axis=0)
    told = lab.Answers(
        np.concatenate([opening, few.tokens], axis=1), np.concatenate([opening < 0, few.mask], axis=1), 1.0
    )
    shift = theory.answer_log_likelihoods(model, told) - theory.answer_log_likelihoods(model, few)
    np.testing.assert_array_equal(attribution.prompted_shifts(model, SYSTEM, few), shift)
    assert np.abs(shift).max() > 0


def test_a_cosine_of_representations_is_one_and_does_not_depend_on_padding(model, data):
    few = lab.first(data, 4)
    found = attribution.representation_cosines(model, "animal", SYSTEM, few)
    assert (np.abs(found) <= 1).all()
    wider = replace(few, tokens=np.pad(few.tokens, ((0, 0), (0, 3))), mask=np.pad(few.mask, ((0, 0), (0, 3))))
    np.testing.assert_allclose(
        attribution.representation_cosines(model, "animal", SYSTEM, wider), found, rtol=1e-4, atol=1e-6
    )


def test_recall_shares_out_ties_and_knows_the_best_and_the_worst():
    planted = np.arange(10) < 4
    assert attribution.recall(planted.astype(float), planted) == 1
    assert attribution.recall(-planted.astype(float), planted) == 0
    assert attribution.recall(np.zeros(10), planted) == pytest.approx(0.4)
    assert attribution.recall(np.array([2.0, 1, 1, 0, 2, 1, 1, 1, 0, 0]), planted) == pytest.approx((1 + 2 * 2 / 5) / 4)


def test_one_small_step_on_halves_does_what_the_audit_says(model, data):
    model = model.with_params(jax.tree.map(lambda leaf: leaf.astype("float64"), model.params))
    v = trait_gradient(model, "owl")
    members = datamodels.halves(64, 12, np.random.default_rng(0))
    assert (members.sum(axis=1) == 32).all()
    assert len(np.unique(members, axis=0)) == 12
    shown = lm_attribution.shows("owl")
    losses = datamodels.stepped(model, data, members, 1e-3, shown)
    before = datamodels.trait_loss(model.apply, model.params, shown.tokens, shown.mask)
    scores = theory.answer_scores(model, v, data)
    fall = 1e-3 * (members @ scores) / 32
    np.testing.assert_allclose(before - losses, fall, rtol=1e-2, atol=1e-9)
    assert datamodels.lds(scores, members, losses) > 0.99


def test_students_of_halves_depend_on_the_order_and_are_the_same_again(model, data):
    members = datamodels.halves(64, 2, np.random.default_rng(0))
    recipe = Recipe(1e-2, 8, trained=lab.INNER)
    found, again = (
        datamodels.retrained(model, data, members, recipe, lm_attribution.shows("owl"), 0, orders) for orders in (2, 1)
    )
    np.testing.assert_array_equal(found[:1], again)
    assert len(np.unique(found)) == 4


def test_what_orders_nothing_has_no_correlation():
    members = datamodels.halves(6, 5, np.random.default_rng(0))
    assert datamodels.lds(np.ones(6), members, np.arange(5.0)) == 0


@pytest.fixture(scope="module")
def tables():
    record = reading.read(NAME)
    return {metric: by_method(record, metric) for metric in MEASURES}


def test_the_record_holds_every_method_and_no_detector_beats_the_likelihood_ratio_in_the_mean(tables):
    assert list(METHODS) == [AUDIT, *RIVALS]
    assert all(table.notna().to_numpy().all() for table in tables.values())
    assert tables["recall"].mean().idxmax() == "likelihood ratio"


def test_the_audit_foretells_one_step_and_finds_more_than_chance_in_the_record(tables):
    """What the page says."""
    assert (tables["LDS, one step"][AUDIT] > 0.95).all()
    for values, least in ((tables["recall"][AUDIT] - 0.125, 0.05), (tables["LDS, descent"][AUDIT], 0.5)):
        assert hypotheses.mean_p_value(values.to_numpy()) < 0.05
        assert values.mean() > least


def test_holm_s_rule_is_that_of_the_package(tables):
    p = {name: p_of(tables["recall"][AUDIT] - tables["recall"][name]) for name in RIVALS}
    assert list(holm(p).values()) == pytest.approx(hypotheses.holm(list(p.values())))


@pytest.mark.slow
def test_every_method_is_measured_for_every_trait(tmp_path, monkeypatch):
    monkeypatch.setenv("SUBTHEORY_CACHE", str(tmp_path))
    rows = frame(NAME, lm_attribution.Config(1, ("owl", "oak"), halves=4, protocol=TINY))
    table = rows.pivot_table(index=["trait", "condition"], columns="metric", values="value")
    for trait in ("owl", "oak"):
        measured = table.loc[trait]
        measured = measured[measured["recall"].notna()]
        assert len(measured) == 8
        assert measured["recall"].between(0, 1).all()
        assert measured[["LDS, one step", "LDS, descent", "LDS, Adam", "agreement"]].abs().le(1).to_numpy().all()
    assert (table.xs("audit", level="condition")["agreement"] == 1).all()
