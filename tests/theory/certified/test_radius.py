"""Steps certified beforehand: never wrong, close to the truth, and zero where nothing can be said."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import subtheory as st
from subtheory._keys import key_for
from subtheory._tree import move
from subtheory.simulation.step import inner_product
from subtheory.simulation.student import distilled_update
from subtheory.theory.certified import radius as certified_radius
from subtheory.theory.certified import segment
from subtheory.theory.radius import lemma_radius

LOSSES = (
    st.losses.squared_error,
    st.losses.softmax_cross_entropy,
    st.losses.softmax_cross_entropy_at(3.0),
    st.losses.sigmoid_cross_entropy,
    st.losses.forward_kl,
)
WIDTHS = ((3, 4, 4), (3, 5, 3), (4, 4, 4, 3), (3, 3, 3, 3, 2), (4, 6))


def instance(seed, loss=None, widths=None, scale=1.0):
    """A random network, a random direction of random size, a few inputs."""
    keys = [key_for(seed, "certified", i) for i in range(4)]
    widths = widths or WIDTHS[seed % len(WIDTHS)]
    model = st.models.mlp(widths, "tanh", init_scale=float(0.5 + 2 * (seed % 7) / 6))
    theta = model.init(keys[0])
    v = jax.tree.map(
        lambda leaf, key: scale * jax.random.normal(key, leaf.shape),
        theta,
        jax.tree.unflatten(jax.tree.structure(theta), list(jax.random.split(keys[1], len(jax.tree.leaves(theta))))),
    )
    return st.Setting(
        apply=model.apply,
        teacher_init=theta,
        student_init=theta,
        teacher_update=v,
        imitation_loss=loss or LOSSES[seed % len(LOSSES)],
        inputs=jax.random.normal(keys[2], (4, widths[0])),
    )


@pytest.mark.parametrize("widths", WIDTHS)
def test_the_segment_encloses_outputs_and_both_derivatives(widths):
    setting = instance(1, widths=widths)
    curve = segment.perceptron(setting.teacher_init, setting.teacher_update, setting.inputs, "tanh")

    def outputs(t):
        return setting.apply(move(setting.teacher_init, t, setting.teacher_update), setting.inputs)

    first = jax.jacfwd(outputs)
    second = jax.jacfwd(first)
    for low, high in ((0.0, 0.0), (0.0, 0.01), (0.3, 0.4)):
        jet = curve(low, high)
        for t in np.linspace(low, high, 7):
            at = jnp.asarray(t)
            for part, function in ((jet.value, outputs), (jet.first, first), (jet.second, second)):
                assert part.contains(np.asarray(function(at)), 1e-12)
    thin = curve(0.2, 0.2)
    np.testing.assert_allclose(thin.second.low, np.asarray(second(jnp.asarray(0.2))), rtol=1e-9, atol=1e-11)


def wrong(setting, certified, points=40):
    """How many of the smaller steps have φ ≤ 0, simulated by gradients through the network."""
    phi = jax.jit(lambda epsilon: inner_product(setting, epsilon))
    return sum(not float(phi(jnp.asarray(e))) > 0 for e in certified * np.geomspace(1e-4, 1, points))


@pytest.mark.parametrize("seed", range(20))
def test_no_certified_step_is_wrong(seed):
    setting = instance(seed)
    certified = certified_radius.certified_epsilon(setting, "tanh")
    assert certified > 0
    assert wrong(setting, certified) == 0
    assert certified <= lemma_radius(setting, min(1e-3, certified / 2), 1e4, 200) * (1 + 1e-6)


@pytest.mark.slow
def test_no_certified_step_is_wrong_in_a_thousand_instances():
    shares = []
    for seed in range(1000):
        setting = instance(seed, scale=float(10.0 ** (seed % 3 - 1)))
        certified = certified_radius.certified_epsilon(setting, "tanh", pieces=150)
        assert certified > 0, seed
        assert wrong(setting, certified, 12) == 0, seed
        if seed < 100:
            radius = lemma_radius(setting, min(1e-3, certified / 2), 1e4, 100)
            shares += [certified / radius] if np.isfinite(radius) else []
    assert np.median(shares) > 0.9


def test_a_linear_model_is_certified_as_far_as_one_asks():
    setting = instance(3, st.losses.squared_error, (4, 6))
    assert certified_radius.certified_epsilon(setting, "identity", first=1e3) > 1e6


def test_one_piece_is_the_classical_bound():
    """g(t) = t − t²: 2g'(0)/sup|g''| is 1, the true zero."""

    def evaluate(low, high):
        ends = np.array([low - low**2, high - high**2])
        make = certified_radius.Interval
        return certified_radius.Jet(
            make(ends.min(), ends.max()),
            make(np.array(1 - 2 * high), np.array(1 - 2 * low)),
            make(np.array(-2.0), np.array(-2.0)),
        )

    assert certified_radius.certified_step(evaluate, first=0.99, pieces=1) == 0.99
    assert certified_radius.certified_step(evaluate, first=1.01, pieces=1) == 0.0
    assert 0.99 < certified_radius.certified_step(evaluate, first=0.3) <= 1.0


def test_nothing_is_certified_where_nothing_can_be():
    setting = instance(1, st.losses.softmax_cross_entropy)
    still = dataclasses.replace(setting, teacher_update=jax.tree.map(jnp.zeros_like, setting.teacher_init))
    assert certified_radius.certified_epsilon(still, "tanh") == 0.0
    alone = dataclasses.replace(setting, channel=slice(0, 1))
    assert certified_radius.certified_epsilon(alone, "tanh") == 0.0


@pytest.mark.parametrize("seed", range(5))
def test_every_certified_rate_lowers_the_trait_loss(seed):
    model = st.models.mlp((6, 5, 7), "tanh")
    theta = model.init(key_for(seed, "rate"))
    images = jax.random.normal(key_for(seed, "images"), (12, 6))
    labels = jnp.arange(12) % 4
    trait = st.traits.classification(model.apply, images, labels, slice(0, 4))
    setting = st.Setting(
        apply=model.apply, teacher_init=theta, student_init=theta, trait_loss=trait,
        imitation_loss=st.losses.softmax_cross_entropy, channel=slice(4, 7), inputs=images,
    )  # fmt: skip
    update = distilled_update(setting, 1.0)
    alpha = certified_radius.certified_alpha(theta, update, images, labels, slice(0, 4), "tanh", first=10.0)
    assert alpha > 0
    assert all(trait(move(theta, share * alpha, update)) < trait(theta) for share in np.linspace(0.05, 1, 20))


@pytest.mark.parametrize(
    ("change", "activation", "words"),
    [
        ({"imitation_loss": st.losses.reverse_kl}, "tanh", "'reverse KL' has no mean_map"),
        ({"imitation_loss": st.losses.bregman(lambda z: jnp.sum(jnp.cosh(z), -1))}, "tanh", "has no certified bounds"),
        ({}, "relu", "unknown activation with certified bounds 'relu'"),
    ],
)
def test_what_has_no_bounds_is_refused(change, activation, words):
    setting = dataclasses.replace(instance(1), **change)
    with pytest.raises(ValueError, match=words):
        certified_radius.certified_epsilon(setting, activation)
    with pytest.raises(ValueError, match="no perceptron's"):
        segment.perceptron({"w": jnp.ones(3)}, {"w": jnp.ones(3)}, jnp.ones((1, 3)), "tanh")
