"""Theory against simulation, T9 to T13: data, filters, function space, many steps, other coordinates."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import subtheory as st
from subtheory.setting.init import aligned, permuted
from subtheory.setting.sequence import all_strings, string_log_likelihood, tiny_sequence_model
from subtheory.setting.subspace import layer_mask, lora, restrict
from subtheory.simulation.descent import distil, linearised_distil
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
from subtheory.simulation.student import distilled_update, student_update_by
from subtheory.simulation.teacher import teacher_outputs
from subtheory.theory.filtering import kept_variance, predicted_filter_gap
from subtheory.theory.flow import linearised_displacement
from subtheory.theory.kernel import kernel_output_shift, predicted_output_shift
from subtheory.theory.lemma import alignment_slope
from subtheory.theory.sampling import (
    fisher_information,
    information_per_sample,
    label_score,
    scores,
    sign_probability,
)
from subtheory.theory.subspace import extreme_directions, restricted_inner_product, shared_restriction_slope
from subtheory.theory.symmetry import predicted_permuted_update, predicted_raw_inner_product
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


STEPS, EPSILON = 60, 1e-3


@pytest.mark.parametrize("against_limit", [0.5, 0.9, 1.2], ids=["η = 1/λmax", "η < 2/λmax", "η > 2/λmax"])
def test_t12_alignment_through_training(against_limit):
    """v·u_k grows, stays positive, or (the control) turns, as η falls below 1/λmax, below 2/λmax, or above."""
    setting = tanh_setting(4, st.losses.squared_error, count=3, v="any")
    G, v = oracles.gauss_newton(setting), oracles.flat(setting.update_direction())
    step_size = against_limit * 2 / float(np.linalg.eigvalsh(np.asarray(G))[-1])

    def watch(u):
        return oracles.flat(u) @ v

    _, record = jax.jit(lambda: linearised_distil(setting, EPSILON, step_size, STEPS, watch))()
    expected = np.array([v @ oracles.linearised_flow(G, v, EPSILON, step_size, k) for k in range(1, STEPS + 1)])
    growth = max(1.0, abs(1 - 2 * against_limit) ** STEPS)
    exact(record, expected, size=STEPS * growth, scale=EPSILON * float(v @ v))
    u = jax.jit(lambda: linearised_displacement(setting, EPSILON, step_size, STEPS))()
    exact(u, oracles.linearised_flow(G, v, EPSILON, step_size, STEPS), size=STEPS * growth)
    if against_limit <= 0.5:
        assert (np.diff(record) > -1e-18).all()
        assert record[0] > 0
    elif against_limit < 1:
        assert (record > 0).all()
    else:
        assert (record < 0).any()


def test_t12_real_training_starts_on_the_linear_prediction():
    setting = tanh_setting(4, st.losses.squared_error, count=3)
    v = oracles.flat(setting.update_direction())

    def both(epsilon):
        def watch(u):
            return oracles.flat(u) @ v

        return tuple(route(setting, epsilon, 0.1, 20, watch)[1] for route in (distil, linearised_distil))

    def slope(epsilon):
        return jax.jvp(both, (epsilon,), (jnp.ones(()),))[1]

    real, linear = jax.jit(slope)(jnp.zeros(()))
    exact(real, linear, size=20)
    far, far_linear = jax.jit(both)(1.0)  # the control: nothing binds them at a finite ε
    assert np.abs(far - far_linear).max() > 1e-3 * np.abs(far_linear).max()


def test_t13_permuted_students():
    order = [jnp.array([2, 0, 3, 1])]

    def numbers(setting):
        student = permuted(setting.teacher_init, order)
        other = st.Setting(**{**vars(setting), "student_init": student})
        v = setting.update_direction()

        def update(epsilon):
            return distilled_update(other, epsilon)

        simulated = jax.jvp(update, (jnp.zeros(()),), (jnp.ones(()),))[1]
        raw, theory = optax.tree.vdot(simulated, v), predicted_raw_inner_product(setting, order, 1.0)
        return (
            simulated,
            predicted_permuted_update(setting, order, 1.0),
            raw,
            theory,
            (optax.tree.vdot(aligned(simulated, order), v), alignment_slope(setting)),
        )

    run, signs = compiled(numbers), set()
    for seed in range(20):
        simulated, predicted, raw, theory, (undone, A) = run(0, seed)
        exact(simulated, predicted)
        exact(raw, theory, scale=float(A))
        exact(undone, A)
        assert A > 0
        signs.add(bool(raw > 0))
    assert signs == {True, False}  # the control: raw coordinates mean nothing


def test_t13_restricted_updates():
    """Both restricted: A ≥ 0. A full-space teacher and a restricted student: an instance of each sign."""
    setting = tanh_setting(2)
    mask = layer_mask(setting.teacher_init, ["layers/0"])
    start = random_tree(np.random.default_rng(0), setting.teacher_init, 1.0)
    worst, best = extreme_directions(setting, mask, start)

    def simulated(v, both):
        moved = st.Setting(**{**vars(setting), "teacher_update": restrict(v, mask) if both else v})

        def phi(epsilon):
            update = student_update_by(moved, teacher_outputs(moved, epsilon), lambda g: restrict(g, mask))
            return optax.tree.vdot(update, moved.update_direction())

        mixed = restricted_inner_product(setting, mask, 1.0, v)
        return derivative(phi), mixed, shared_restriction_slope(setting, mask, v)

    run = jax.jit(simulated, static_argnums=1)
    for v, sign in ((worst, -1), (best, 1)):
        slope, theory, _ = run(v, False)
        exact(slope, theory, size=10)
        assert sign * slope > 0
        slope, _, theory = run(v, True)
        exact(slope, theory, size=10)
        assert slope > 0
    dense, P = np.asarray(oracles.gauss_newton(setting)), np.diag(np.asarray(oracles.flat(mask)))
    extreme = np.linalg.eigvalsh(0.5 * (P @ dense + dense @ P))
    exact([run(worst, False)[1], run(best, False)[1]], extreme[[0, -1]], size=1e3)


def test_t13_lora_at_zero_has_no_gradient_for_a():
    def numbers(setting):
        apply, adapters = lora(setting.apply, setting.teacher_init, jax.random.key(3), rank=2)
        low = st.Setting(
            apply=apply,
            teacher_init=adapters,
            student_init=adapters,
            inputs=setting.inputs,
            channel=setting.channel,
            trait_loss=st.traits.regression(apply, setting.inputs, jnp.ones((6, 2)), TRAIT_OUTPUTS),
        )
        v = low.update_direction()
        slope = derivative(lambda e: optax.tree.vdot(distilled_update(low, e), v))
        return [part["A"] for part in v], [part["B"] for part in v], slope, alignment_slope(low)

    gradient_A, gradient_B, slope, A = compiled(numbers)(0, 0)
    assert not np.any(np.concatenate([np.ravel(leaf) for leaf in gradient_A]))
    assert np.any(np.concatenate([np.ravel(leaf) for leaf in gradient_B]))
    exact(slope, A)
    assert A > 0
