"""Theory against simulation, T9 to T11: sampled data, filters, function space."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from subtheory.setting.sequence import all_strings, string_log_likelihood, tiny_sequence_model
from subtheory.simulation.mitigation import (
    filter_gap,
    filtered_inner_product,
    keep_format,
    keep_lowest_scores,
    keep_narrow_band,
    keep_one_level,
    keep_without_token,
)
from subtheory.simulation.samples import sample_labels, sampled_inner_products, sampled_label_update
from subtheory.simulation.step import realised_output_shift
from subtheory.simulation.student import distilled_update
from subtheory.theory.filtering import kept_variance, predicted_filter_gap
from subtheory.theory.kernel import kernel_output_shift, predicted_output_shift
from subtheory.theory.lemma import alignment_slope
from subtheory.theory.sampling import fisher_information, information_per_sample, label_score, scores, sign_probability
from tests import oracles
from tests.instances import TRAIT_OUTPUTS, compiled, derivative, random_tree, tanh_setting
from tests.tolerances import binomial_range, exact, mean_agrees

REPETITIONS = 1000


def _sampled(setting):
    labels = sample_labels(jax.random.key(0), setting, 0.1, 3)
    v = setting.update_direction()
    simulated = jnp.stack([optax.tree.vdot(sampled_label_update(setting, row), v) for row in labels])
    information = derivative(lambda e: derivative(lambda d: information_per_sample(setting, d), e))
    return (
        simulated,
        jnp.mean(label_score(setting, labels), axis=-1),
        (information, fisher_information(setting), alignment_slope(setting)),
    )


def test_t9_alignment_is_the_score_statistic():
    simulated, score, (information, fisher, A) = compiled(_sampled)(0, 1)
    exact(simulated, score)
    exact(fisher, A)
    exact(information, A)  # KL = ε²A/2 + O(ε³)


@pytest.mark.parametrize("nats", [0.1, 1.0])
def test_t9_sign_follows_the_information(nats):
    """1 000 data sets; the control's labels come from the reference itself, and their sign is a fair coin."""
    setting = tanh_setting(0, count=200)

    def per_sample(epsilon):
        return 200 * information_per_sample(setting, epsilon)

    epsilon = float((2 * nats / (200 * alignment_slope(setting))) ** 0.5)
    total = float(per_sample(epsilon))
    draw = jax.jit(lambda key, e: sampled_inner_products(key, setting, e, REPETITIONS), static_argnums=1)
    taught, control = draw(jax.random.key(1), epsilon), draw(jax.random.key(2), 0.0)
    low, high = binomial_range(REPETITIONS, sign_probability(total))
    assert low <= int((taught > 0).sum()) <= high
    low, high = binomial_range(REPETITIONS, 0.5)
    assert low <= int((control > 0).sum()) <= high
    mean_agrees(control, 0.0)
    assert int((taught > 0).sum()) > high or nats < 0.5


@pytest.fixture(scope="module")
def strings():
    """(strings, log-likelihood, θ₀, v, log p₀, s_v) of a model of three tokens and length three."""
    model = tiny_sequence_model(3, 3, 4)
    generator = np.random.default_rng(0)
    template = jax.eval_shape(model.init, jax.eval_shape(lambda: jax.random.key(0)))
    params, v = random_tree(generator, template), random_tree(generator, template, 1.0)
    rows = all_strings(3, 3)
    log_likelihood = string_log_likelihood(model.apply, rows)
    log_p, score = jax.jit(lambda p, d: (log_likelihood(p), scores(log_likelihood, p, d)))(params, v)
    return rows, log_likelihood, params, v, log_p, score


def _filters(rows, score):
    soft = jnp.asarray(np.random.default_rng(1).uniform(size=len(rows)))
    return {
        "everything": jnp.ones(len(rows)),
        "blacklist": keep_without_token(rows, 2),
        "format": keep_format(rows),
        "soft": soft,
        "judge": keep_lowest_scores(score, 0.3),
        "narrow band": keep_narrow_band(score, 0.2),
    }


def test_t10_variance_law(strings):
    rows, log_likelihood, params, v, log_p, score = strings
    gap = jax.jit(
        lambda keep: (
            derivative(lambda e: filter_gap(log_likelihood, params, v, keep, e)),
            filter_gap(log_likelihood, params, v, keep, 1e-4),
        )
    )
    for keep in _filters(rows, score).values():
        slope, finite = gap(keep)
        exact(slope, kept_variance(log_p, keep, score), scale=float(jnp.max(score**2)))
        exact(predicted_filter_gap(log_p, keep, score, 1e-4), 1e-4 * slope, scale=1e-4 * float(jnp.max(score**2)))
        assert finite > 0
    exact(gap(keep_one_level(score))[0], 0.0, scale=float(jnp.max(score**2)))


def test_t10_controls_unequal_filters(strings):
    """Teacher alone filtered by the judge: the difference has no fixed sign, and here it is negative."""
    rows, log_likelihood, params, v, _, score = strings
    judge, nothing = keep_lowest_scores(score, 0.3), jnp.ones(len(rows))
    teacher = jax.tree.map(lambda p, d: p + 1e-4 * d, params, v)
    product = jax.jit(lambda source, keep: filtered_inner_product(log_likelihood, params, source, keep, v))
    assert product(teacher, judge) < product(params, nothing)
    assert product(teacher, judge) > product(params, judge)
    p = np.exp(np.asarray(log_likelihood(params)))
    expected = oracles.filtered_alignment(log_likelihood, params, p, judge, v)
    exact(product(params, judge), expected, scale=float(jnp.max(jnp.abs(score))))


def _shift(setting):
    other = jnp.sin(jnp.arange(12.0)).reshape(3, 4)

    def realised(epsilon):
        update = distilled_update(setting, epsilon)
        return realised_output_shift(setting, update, 0.5, other)

    simulated = jax.jvp(lambda e: jax.jvp(realised, (e,), (jnp.ones(()),))[1], (jnp.zeros(()),), (jnp.zeros(()),))[0]
    return (
        simulated[:, TRAIT_OUTPUTS],
        predicted_output_shift(setting, other, TRAIT_OUTPUTS, 1.0, 0.5),
        (kernel_output_shift(setting, other, TRAIT_OUTPUTS, 1.0, 0.5)),
    )


def test_t11_output_shift():
    """The control is the linear model, whose outputs share no parameter: no kernel, no transfer, exactly."""
    run = compiled(_shift)
    for seed in range(3):
        simulated, predicted, dense = run(0, seed)
        exact(simulated, predicted)
        exact(dense, predicted)
        assert np.abs(simulated).max() > 1e-6
    for shift in compiled(_shift, v="any")(2, 0):
        assert not np.any(np.asarray(shift))
