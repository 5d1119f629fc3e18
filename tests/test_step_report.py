"""``verify_step``, the public API: on networks of every make, and on every input that it must refuse."""

from __future__ import annotations

import re
from dataclasses import replace

import flax.linen
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

import subtheory as st
from subtheory.setting import broken_loss
from subtheory.simulation.step import inner_product, realised_trait_loss_change
from subtheory.simulation.student import distilled_update
from tests.instances import random_tree, tanh_setting
from tests.tolerances import exact

GENERATOR = np.random.default_rng(0)
IMAGES = jnp.asarray(GENERATOR.uniform(-1, 1, (8, 6, 6)))
LABELS = jnp.arange(8) % 2


def _plain_jax_cnn():
    """A convolution, a global mean and a linear head, written by hand."""
    filters, head = GENERATOR.normal(size=(3, 3, 1, 4)) / 3, GENERATOR.normal(size=(4, 5))
    params = {"filters": jnp.asarray(filters), "head": jnp.asarray(head)}

    def apply(params, images):
        hidden = jax.lax.conv_general_dilated(
            images[..., None], params["filters"], (2, 2), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")
        )
        return jnp.mean(jnp.tanh(hidden), axis=(1, 2)) @ params["head"]

    return apply, params


class _Linen(flax.linen.Module):
    @flax.linen.compact
    def __call__(self, images):
        hidden = flax.linen.Dense(3, param_dtype=jnp.float64)(images.reshape(len(images), -1))
        return flax.linen.Dense(5, param_dtype=jnp.float64)(jnp.tanh(hidden))


def _linen():
    module = _Linen()
    shapes = jax.eval_shape(module.init, jax.random.key(0), IMAGES)
    return module.apply, random_tree(np.random.default_rng(2), shapes)


class _Nnx(nnx.Module):
    def __init__(self, rngs):
        self.first = nnx.Linear(36, 3, param_dtype=jnp.float64, rngs=rngs)
        self.last = nnx.Linear(3, 5, param_dtype=jnp.float64, rngs=rngs)

    def __call__(self, images):
        return self.last(jnp.tanh(self.first(images.reshape(len(images), -1))))


def _nnx():
    return st.models.from_nnx(_Nnx(nnx.Rngs(0)))


def _setting(apply, params, **changes):
    given = {
        "apply": apply,
        "teacher_init": params,
        "student_init": params,
        "inputs": IMAGES,
        "channel": slice(2, 5),
        "trait_loss": st.traits.classification(apply, IMAGES[::-1], LABELS, slice(0, 2)),
        "imitation_loss": st.losses.softmax_cross_entropy,
    }
    return st.Setting(**{**given, **changes})


@pytest.mark.parametrize("make", [_plain_jax_cnn, _linen, _nnx])
def test_every_make_of_network(make):
    setting = _setting(*make())
    report = st.verify_step(setting, epsilon=1e-3, alpha=1e-2)
    # ε divides out of what rounds: the teacher's outputs differ from the student's by order ε only
    exact(report.inner_product, inner_product(setting, 1e-3), scale=report.inner_product / report.epsilon)
    change = realised_trait_loss_change(setting, distilled_update(setting, 1e-3), 1e-2)
    exact(report.trait_loss_change, change, scale=1.0)
    assert report.inner_product == pytest.approx(report.predicted_inner_product, rel=0.05)
    assert report.trait_loss_change == pytest.approx(report.predicted_trait_loss_change, rel=0.05)
    assert report.cosine == pytest.approx(report.predicted_cosine, rel=0.05)
    assert report.lemma_holds
    assert report.theorem_holds
    assert report.certified
    assert report.null_reasons == ()
    assert [premise.name for premise in report.premises] == [
        "shared initialisation",
        "determinism",
        "P1",
        "P2",
        "P3",
        "constant null space",
    ]
    assert all(premise.met for premise in report.premises)
    assert (report.epsilon, report.alpha) == (1e-3, 1e-2)
    for words in ("φ(ε) = ", "predicted εA = ", "trait loss change = ", "certified at ε = 0.001: yes", "P2 met"):
        assert words in str(report)


@pytest.fixture(scope="module")
def setting():
    """The tanh perceptron; compiled operations are shared by the tests below."""
    return tanh_setting(0)


def test_a_given_update_needs_no_trait_loss(setting):
    report = st.verify_step(replace(setting, trait_loss=None, teacher_update=setting.update_direction()))
    with_trait = st.verify_step(setting)
    assert report.theorem_holds is None
    assert report.trait_loss_change is None
    assert report.predicted_trait_loss_change is None
    exact(report.inner_product, with_trait.inner_product, scale=with_trait.inner_product / report.epsilon)
    assert "trait loss change" not in str(report)
    assert "trait loss change" in str(with_trait)


def test_a_given_update_may_be_no_descent(setting):
    """The control of Theorem 1: the teacher goes uphill, the lemma holds all the same, and the trait loss rises."""
    uphill = jax.tree.map(jnp.negative, setting.update_direction())
    report = st.verify_step(replace(setting, teacher_update=uphill))
    assert report.lemma_holds
    assert report.trait_loss_change > 0
    assert report.predicted_trait_loss_change > 0
    assert not report.theorem_holds


def test_different_inits_are_reported_and_predict_nothing(setting):
    report = st.verify_step(replace(setting, student_init=tanh_setting(1).student_init))
    assert not report.premises[0].met
    assert "predict nothing here (T4)" in report.premises[0].words
    assert not report.certified
    assert "shared initialisation broken" in str(report)


def test_one_softmax_logit_is_null_and_one_squared_error_output_is_not(setting):
    null = st.verify_step(replace(setting, channel=[3]))
    assert null.inner_product == 0
    assert null.predicted_inner_product == 0
    assert null.trait_loss_change == 0
    assert not null.certified
    assert not null.theorem_holds
    assert "M is zero" in null.null_reasons[0]
    assert "exactly null: " in str(null)
    seen = st.verify_step(replace(setting, channel=[3], imitation_loss=st.losses.squared_error))
    assert seen.inner_product > 0
    assert seen.null_reasons == ()


def test_a_broken_premise_is_refused_or_measured(setting):
    fleeing = replace(setting, imitation_loss=broken_loss.repelled)
    with pytest.raises(ValueError, match="breaks premise P2: M has the negative eigenvalue -2 at input"):
        st.verify_step(fleeing)
    report = st.verify_step(fleeing, allow_broken_premises=True)
    assert report.inner_product < 0
    assert not report.lemma_holds
    assert not report.theorem_holds
    assert not report.certified


@pytest.mark.parametrize("loss", [broken_loss.absolute_error, broken_loss.arg_max_labels, broken_loss.cubed])
def test_losses_that_break_a_premise_are_refused(setting, loss):
    with pytest.raises(ValueError, match=rf"the imitation loss '{loss.name}' breaks premise P[13]: .* input"):
        st.verify_step(replace(setting, imitation_loss=loss))


@pytest.mark.parametrize("name", ["epsilon", "alpha"])
@pytest.mark.parametrize("value", [0.0, -1e-3, float("nan"), float("inf")])
def test_rates_are_refused(setting, name, value):
    with pytest.raises(ValueError, match=re.escape(f"{name} is {value}; expected a positive finite number")):
        st.verify_step(setting, **{name: value})


def test_outputs_that_overflow_are_refused(setting):
    steep = replace(
        setting,
        apply=lambda params, x: jnp.exp(100 * setting.apply(params, x)),
        trait_loss=None,
        teacher_update=jax.tree.map(jnp.ones_like, setting.teacher_init),
    )
    with pytest.raises(ValueError, match="the trained teacher's outputs hold NaN or infinity"):
        st.verify_step(steep, epsilon=1e3)


def test_float32_below_rounding_names_an_epsilon_that_would_do(setting):
    low = {
        name: jax.tree.map(lambda leaf: leaf.astype(jnp.float32), getattr(setting, name))
        for name in ("teacher_init", "student_init", "inputs")
    }
    single = replace(setting, **low, trait_loss=st.traits.regulariser)
    with pytest.raises(ValueError, match="is below rounding in float32; expected at least") as refusal:
        st.verify_step(single, epsilon=1e-8)
    enough = float(re.search(r"about ([^ ]+) would do well", str(refusal.value)).group(1))
    report = st.verify_step(single, epsilon=enough)
    assert report.lemma_holds
    assert report.inner_product == pytest.approx(report.predicted_inner_product, rel=0.05)
    st.verify_step(setting, epsilon=1e-8)  # float64 resolves it
