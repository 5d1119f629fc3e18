"""Traits: the losses that they say they are, with gradients that are theirs."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest
from scipy import special

import subtheory as st
from tests.tolerances import exact

PARAMS = jnp.asarray(np.random.default_rng(0).normal(size=(3, 5)))
INPUTS = jnp.asarray(np.random.default_rng(1).normal(size=(6, 3)))
LABELS = jnp.array([0, 1, 2, 3, 0, 1])


def apply(params, inputs):
    return inputs @ params


def test_classification():
    value = st.traits.classification(apply, INPUTS, LABELS, slice(0, 4))(PARAMS)
    log_p = special.log_softmax(np.asarray(INPUTS @ PARAMS)[:, :4], axis=-1)
    exact(value, -log_p[np.arange(6), LABELS].mean())
    with pytest.raises(ValueError, match="got 6 inputs and 5 labels; expected one label for each input."):
        st.traits.classification(apply, INPUTS, LABELS[:5])


def test_regression():
    targets = jnp.ones((6, 2))
    value = st.traits.regression(apply, INPUTS, targets, [4, 0])(PARAMS)
    exact(value, 0.5 * ((np.asarray(INPUTS @ PARAMS)[:, [4, 0]] - 1) ** 2).sum(axis=-1).mean())
    with pytest.raises(ValueError, match=r"targets have shape \(6,\), the outputs \(6, 2\); expected one for each."):
        st.traits.regression(apply, INPUTS, jnp.ones(6), [4, 0])(PARAMS)


def test_regulariser_and_its_step():
    params = {"w": PARAMS, "b": jnp.ones(2)}
    exact(st.traits.regulariser(params), 0.5 * (float(jnp.sum(PARAMS**2)) + 2))
    exact(st.traits.teacher_update(st.traits.regulariser, params), {"w": -PARAMS, "b": -jnp.ones(2)})


def test_accuracy():
    best = jnp.argmax(INPUTS @ PARAMS[:, :4], axis=-1)
    assert st.traits.accuracy(apply, PARAMS, INPUTS, best, slice(0, 4)) == 1
    one_wrong = best.at[0].set((best[0] + 1) % 4)
    assert st.traits.accuracy(apply, PARAMS, INPUTS, one_wrong, slice(0, 4)) == pytest.approx(5 / 6)


def test_accuracy_is_as_precise_as_the_logits_and_never_less_than_float32():
    labels = jnp.array([0, 1, 2, 3, 0, 1, 2])
    inputs = jnp.concatenate([INPUTS, INPUTS[:1]])
    best = jnp.argmax(inputs @ PARAMS[:, :4], axis=-1)
    right = int(jnp.sum(best == labels))
    for logits, precision in ((jnp.float64, jnp.float64), (jnp.float32, jnp.float32), (jnp.bfloat16, jnp.float32)):
        found = st.traits.accuracy(lambda p, x, t=logits: apply(p, x).astype(t), PARAMS, inputs, best, slice(0, 4))
        assert found.dtype == precision
    assert float(st.traits.accuracy(apply, PARAMS, inputs, labels, slice(0, 4))) == right / 7
