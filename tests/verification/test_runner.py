"""Which claims are run, and that a broken theory or simulation would be noticed."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import pytest

from subtheory.setting import data
from subtheory.theory.factors.parts import Factors, in_factors
from subtheory.verification.claim_ids import CLAIM_IDS
from subtheory.verification.claims import endpoint, equality, factors, filtering, kernel, theorem
from subtheory.verification.laboratory import Laboratory
from subtheory.verification.runner import RESULTS, chosen, verify


@pytest.fixture(scope="module", autouse=True)
def _cheap_compilation():
    """As in ``subtheory verify`` itself."""
    before = jax.config.values["jax_disable_most_optimizations"]
    jax.config.update("jax_disable_most_optimizations", True)
    yield
    jax.config.update("jax_disable_most_optimizations", before)


@pytest.fixture(scope="module")
def lab():
    digits = data.digits()
    return Laboratory(
        images=jnp.asarray(digits.train_images[:64].astype("float64")),
        labels=jnp.asarray(digits.train_labels[:64]),
        seeds=2,
        data="digits",
    )


def test_every_result_of_the_theory_is_there():
    assert [result.id for result in RESULTS] == [f"T{i}" for i in range(17)]
    assert {name.split(".")[0] for name in CLAIM_IDS} == {result.id for result in RESULTS}
    assert len(set(CLAIM_IDS)) == len(CLAIM_IDS)


def test_a_list_of_results_and_claims():
    assert [one.result.id for one in chosen("")] == [f"T{i}" for i in range(17)]
    both = chosen("T5, t1,T9.probability")
    assert [(one.result.id, one.claims) for one in both] == [
        ("T1", None),
        ("T5", None),
        ("T9", frozenset({"T9.probability"})),
    ]


@pytest.mark.parametrize(
    ("only", "words"),
    [("T99", "unknown result 'T99'"), ("T1.sgn", "did you mean 'T1.sign'"), ("lemma", "unknown result 'LEMMA'")],
)
def test_an_unknown_name_is_refused_before_anything_runs(only, words):
    with pytest.raises(ValueError, match=words):
        chosen(only)


def test_claims_and_their_ids(lab):
    found = {result.id: claims for result, claims in verify(lab, chosen("T3,T11,T10.law"))}
    assert list(found) == ["T3", "T10", "T11"]
    assert [claim.id for claim in found["T10"]] == ["T10.law"]
    for result in ("T3", "T11"):
        assert [claim.id for claim in found[result]] == [name for name in CLAIM_IDS if name.split(".")[0] == result]
        assert all(claim.as_expected for claim in found[result]), found[result]
        assert {claim.must for claim in found[result]} == {"hold", "fail"}


def test_a_smaller_number_of_draws_is_a_prefix(lab):
    two, three = lab.draws("test", 2), lab.draws("test", 3)
    assert jax.tree.all(jax.tree.map(lambda a, b: bool((a == b[:2]).all()), two.init, three.init))
    assert not bool((three.inputs[0] == three.inputs[1]).any())
    assert not bool((two.init["layers"][0]["kernel"] == two.other_init["layers"][0]["kernel"]).any())


def test_less_noise_is_the_beginning_of_more(lab):
    few, all_of_one_program, more = (lab.draws("test", 2, inputs=count).inputs for count in (4, 64, 256))
    assert (few.shape[1], more.shape[1]) == (4, 256)
    assert bool((all_of_one_program[:, :4] == few).all())
    assert bool((more[:, :64] == all_of_one_program).all())


def _turned(function):
    return lambda *arguments: jax.tree.map(jnp.negative, function(*arguments))


@pytest.mark.parametrize(
    ("module", "name", "caught"),
    [
        (theorem, "distilled_update", {"T2.sign", "T2.size", "T2.slope"}),
        (kernel, "predicted_output_shift", {"T11.shift", "T11.kernel"}),
        (filtering, "predicted_filter_gap", {"T10.law"}),
    ],
)
def test_a_wrong_sign_in_theory_or_simulation_is_caught(lab, monkeypatch, module, name, caught):
    monkeypatch.setattr(module, name, _turned(getattr(module, name)))
    wrong = {claim.id for claim in module.claims(lab) if not claim.as_expected}
    assert caught <= wrong


def test_a_zero_without_a_reason_is_no_equality_case(lab, monkeypatch):
    monkeypatch.setattr(equality, "null_reasons", lambda setting: ())
    wrong = {claim.id for claim in equality.claims(lab) if not claim.as_expected}
    assert wrong == {"T3.one_softmax_logit", "T3.own_head", "T3.zero_weights", "T3.disjoint_linear"}


def test_a_spectrum_that_is_wrong_is_caught(lab, monkeypatch):
    monkeypatch.setattr(endpoint, "predicted_alignment", _turned(endpoint.predicted_alignment))
    wrong = {claim.id for claim in endpoint.claims(lab) if not claim.as_expected}
    assert wrong == {"T15.law", "T15.adam"}


def _without_the_first_example(direction):
    def cut(part):
        return Factors(part.A[:, 1:], part.B[1:]) if in_factors(part) else part

    def wrong(*arguments):
        return jax.tree.map(cut, direction(*arguments), is_leaf=in_factors)

    return wrong


@pytest.mark.parametrize(
    ("name", "fault", "caught"),
    [
        (
            "perceptron_direction",
            _without_the_first_example,
            {"T16.rank", "T16.gradient", "T16.derivative", "T16.truncated"},
        ),
        ("output_change_along", _turned, {"T16.derivative", "T16.alignment"}),
        ("inner_product", _turned, {"T16.sign", "T16.sign.wrong_loss"}),
    ],
)
def test_wrong_factors_are_caught_by_what_they_belong_to(lab, monkeypatch, name, fault, caught):
    monkeypatch.setattr(factors, name, fault(getattr(factors, name)))
    assert {claim.id for claim in factors.claims(lab) if not claim.as_expected} == caught
