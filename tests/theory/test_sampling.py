"""T9 in parts: scores and information, against enumeration."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import special, stats

import subtheory as st
from subtheory.setting.sequence import all_strings, string_log_likelihood, tiny_sequence_model
from subtheory.theory import sampling
from subtheory.theory.sampling import (
    fisher_information,
    information_per_sample,
    label_score,
    nats_to_settle,
    scores,
    sign_probability,
)
from tests import oracles
from tests.instances import random_tree, tanh_setting
from tests.tolerances import exact


def test_label_scores_by_enumeration():
    """Over all labels: mean zero, variance the Fisher information, KL to second order its half."""
    setting = tanh_setting(2, v="any")
    z = np.asarray(setting.channel_outputs(setting.teacher_init))
    Jv = np.einsum("nap,p->na", oracles.jacobian(setting), oracles.flat(setting.update_direction()))
    p = special.softmax(z, axis=-1)
    every_label = jnp.broadcast_to(jnp.arange(3)[:, None], (3, 6))
    score = np.asarray(label_score(setting, every_label)).T
    exact(score, Jv - np.sum(p * Jv, axis=-1, keepdims=True))
    exact(np.sum(p * score, axis=-1), np.zeros(6), scale=float(np.abs(score).max()))
    exact(fisher_information(setting), np.mean(np.sum(p * score**2, axis=-1)), size=10)
    moved = jax.tree.map(lambda t, d: t + 0.5 * d, setting.teacher_init, setting.update_direction())
    q = special.softmax(np.asarray(setting.channel_outputs(moved)), axis=-1)
    exact(information_per_sample(setting, 0.5), special.rel_entr(q, p).sum(axis=-1).mean())


def test_scores_of_strings():
    model = tiny_sequence_model(3, 3, 4)
    template = jax.eval_shape(model.init, jax.eval_shape(lambda: jax.random.key(0)))
    params, v = (random_tree(np.random.default_rng(i), template) for i in range(2))
    log_likelihood = string_log_likelihood(model.apply, all_strings(3, 3))
    theta, unravel = jax.flatten_util.ravel_pytree(params)
    got = jax.jit(lambda: scores(log_likelihood, params, v))()
    dense = jax.jit(jax.jacrev(lambda t: log_likelihood(unravel(t))))(theta) @ oracles.flat(v)
    exact(got, dense, size=10)
    exact(jnp.sum(jnp.exp(log_likelihood(params)) * got), 0.0, scale=float(jnp.max(jnp.abs(got))))


@pytest.mark.parametrize(("nats", "probability"), [(0.05, 0.624), (0.21, 0.741), (0.84, 0.903), (3.3, 0.995)])
def test_sign_probability(nats, probability):
    assert sign_probability(nats) == pytest.approx(probability, abs=1e-3)
    exact(nats_to_settle(sign_probability(nats)), nats, size=100)
    exact(sign_probability(nats), stats.norm.cdf(np.sqrt(2 * nats)))


def test_refused():
    for value in (0.4, 1.0):
        with pytest.raises(ValueError, match=f"probability is {value}; expected at least 0.5 and below 1."):
            nats_to_settle(value)
    with pytest.raises(ValueError, match="total_nats is -1.0; expected zero or more"):
        sign_probability(-1.0)
    assert sign_probability(0.0) == 0.5


def test_the_law_of_nats_is_corrected_for_few_lopsided_samples():
    """N = 32 labels of lopsided scores, 200 000 data sets: the law is off by 20 standard errors, the correction by few.

    What is left is O(1/N): a quarter of what the law leaves out. False alarm below 1e-6.
    """
    rng = np.random.default_rng(0)
    z, d = 1.5 * rng.normal(size=(32, 3)), rng.exponential(size=(32, 3)) ** 2
    start = {"z": jnp.asarray(z)}
    setting = st.Setting(
        apply=lambda params, x: params["z"] + 0 * x, teacher_init=start, student_init=start,
        teacher_update={"z": jnp.asarray(d)}, imitation_loss=st.losses.softmax_cross_entropy, inputs=jnp.zeros((32, 1)),
    )  # fmt: skip
    A, skewness = float(sampling.fisher_information(setting)), float(sampling.score_skewness(setting))
    epsilon = float(np.sqrt(2 * 0.6 / (32 * A)))
    nats = 32 * float(sampling.information_per_sample(setting, epsilon))
    p0, p = (np.exp(x) / np.exp(x).sum(axis=1, keepdims=True) for x in (z, z + epsilon * d))
    scores = d - (p0 * d).sum(axis=1, keepdims=True)
    assert skewness == pytest.approx((p0 * scores**3).sum(axis=1).mean() / A**1.5)
    total = sum(scores[i, rng.choice(3, size=200_000, p=p[i])] for i in range(32))
    frequency = np.mean(total > 0)
    error = np.sqrt(frequency * (1 - frequency) / 200_000)
    law = sampling.sign_probability(nats)
    corrected = sampling.finite_sample_sign_probability(nats, 32, skewness)
    assert abs(frequency - law) > 20 * error
    assert abs(frequency - corrected) < 5 * error + 0.25 * abs(frequency - law)
    with pytest.raises(ValueError, match="samples is 0; expected at least 1"):
        sampling.finite_sample_sign_probability(nats, 0, skewness)
