"""Imitation losses: curvature, mean map and gradient against automatic differentiation of the value alone."""

from __future__ import annotations

import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import special

import subtheory as st
from subtheory.setting import loss as losses
from tests import oracles
from tests.tolerances import exact

GENERATOR = np.random.default_rng(0)
Z, Y, D = (jnp.asarray(GENERATOR.normal(size=(6, 4))) for _ in range(3))
ALL = {loss.name: loss for loss in (*losses.OBEYING, losses.weighted_squared_error((1.0, 0.0, 2.0, 0.5), "weighted"))}


@pytest.mark.parametrize("name", ALL)
def test_curvature_mean_map_and_gradient(name):
    loss = ALL[name]

    @jax.jit
    def numbers(z, y, d):
        maps = (loss.mean_map(z), loss.mean_map(y)) if loss.mean_map else ()
        dense = oracles.curvature(loss, z), oracles.curvature(loss, z, y), jax.vmap(jax.grad(loss.value))(z, y)
        return loss.curvature(z, d), loss.mixed_curvature(z, y, d), loss.gradient(z, y), maps, dense

    Md, mixed, gradient, maps, (M, M_mixed, force) = numbers(Z, Y, D)
    exact(Md, np.einsum("nab,nb->na", M, D), size=10)
    exact(mixed, np.einsum("nab,nb->na", M_mixed, D), size=10)
    exact(gradient, force, size=10)
    exact(M, np.swapaxes(M, 1, 2), size=10)
    assert (np.linalg.eigvalsh(M) > -1e-14).all()
    if maps:
        exact(gradient, maps[0] - maps[1], size=10)
        assert (np.sum((maps[0] - maps[1]) * (np.asarray(Z) - np.asarray(Y)), axis=-1) > 0).all()  # monotone
    exact(loss.gradient(Z, Z), np.zeros((6, 4)), size=10, scale=1.0)


def test_values_in_closed_form():
    z, y = np.asarray(Z), np.asarray(Y)
    p, q = special.softmax(z, axis=-1), special.softmax(y, axis=-1)
    entropy = -np.sum(q * np.log(q), axis=-1)
    kl = np.sum(special.rel_entr(q, p), axis=-1)
    exact(st.losses.squared_error.value(Z, Y), ((z - y) ** 2).sum(axis=-1))
    exact(st.losses.forward_kl.value(Z, Y), kl)
    exact(st.losses.softmax_cross_entropy.value(Z, Y), kl + entropy)
    exact(st.losses.reverse_kl.value(Z, Y), np.sum(special.rel_entr(p, q), axis=-1))
    exact(st.losses.jeffreys.value(Z, Y), kl + np.sum(special.rel_entr(p, q), axis=-1))
    m = (p + q) / 2
    exact(st.losses.jensen_shannon.value(Z, Y), (special.rel_entr(p, m) + special.rel_entr(q, m)).sum(axis=-1) / 2)
    s, t = special.expit(z), special.expit(y)
    exact(st.losses.sigmoid_cross_entropy.value(Z, Y), -(t * np.log(s) + (1 - t) * np.log1p(-s)).sum(axis=-1))
    exact(st.losses.squared_error.mean(Z, Y), ((z - y) ** 2).sum(axis=-1).mean())


def test_temperature():
    hot = losses.softmax_cross_entropy_at(3.0)
    exact(hot.value(Z, Y), st.losses.softmax_cross_entropy.value(Z / 3, Y / 3))
    exact(hot.gradient(Z, Y), st.losses.softmax_cross_entropy.gradient(Z / 3, Y / 3) / 3)
    assert hot.name == "softmax cross-entropy at temperature 3"


def test_user_loss_equals_the_built_in_one():
    user = losses.from_function(lambda z, y: jnp.sum((z - y) ** 2), "mine")
    for shape in ((6, 4), (2, 3, 4)):
        z, y, d = (a.reshape(shape) for a in (Z, Y, D))
        exact(user.value(z, y), st.losses.squared_error.value(z, y))
        exact(user.gradient(z, y), st.losses.squared_error.gradient(z, y))
        exact(user.curvature(z, d), st.losses.squared_error.curvature(z, d))
    assert user.name == "mine"
    assert losses.from_function(jnp.vdot).name == "vdot"


def test_float32_stays_float32():
    z, y, d = (a.astype(jnp.float32) for a in (Z, Y, D))
    for loss in ALL.values():
        got = loss.value(z, y), loss.gradient(z, y), loss.curvature(z, d)
        assert {part.dtype for part in got} == {jnp.dtype("float32")}, loss.name


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: losses.weighted_squared_error(-1.0), "the weights are -1.0; expected finite numbers, none negative"),
        (lambda: losses.weighted_squared_error((1.0, float("nan"))), "the weights are (1.0, nan)"),
        (lambda: losses.weighted_squared_error((1.0, 2.0)).value(Z, Y), "got 2 weights for 4 outputs"),
        (lambda: losses.softmax_cross_entropy_at(0.0), "temperature is 0.0; expected a positive finite number"),
        (lambda: losses.from_function(lambda z, y: z - y).value(Z, Y), "returned shape (4,) for one input's outputs"),
    ],
)
def test_refused(make, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        make()


@pytest.mark.parametrize("k", [1, 2, 3])
def test_top_k_is_the_kl_of_the_renormalised_choice(k):
    loss = losses.top_k(k)
    z, y = np.asarray(Z), np.asarray(Y)
    chosen = np.argsort(-y, axis=-1)[:, :k]
    p, q = (special.softmax(np.take_along_axis(logits, chosen, axis=-1), axis=-1) for logits in (y, z))
    exact(loss.value(Z, Y), np.sum(p * np.log(p / q), axis=-1), size=4)
    gradient = np.zeros_like(z)
    np.put_along_axis(gradient, chosen, q - p, axis=-1)
    exact(loss.gradient(Z, Y), gradient, size=4, scale=1.0)
    dense = jax.vmap(lambda one: -jax.jacobian(lambda t: jax.grad(loss.value)(one, t))(one))(Z)
    exact(loss.curvature(Z, D), jnp.einsum("nab,nb->na", dense, D), size=4, scale=1.0)
    if k == 1:
        assert not np.any(loss.gradient(Z, Y)), "one output is nothing at all"


def test_top_k_of_all_outputs_is_the_forward_kl_and_k_must_be_positive():
    for k in (4, 9):
        exact(losses.top_k(k).value(Z, Y), losses.forward_kl.value(Z, Y), size=4)
    with pytest.raises(ValueError, match="k is 0; expected at least one output"):
        losses.top_k(0)


def test_labels_have_in_the_mean_the_gradient_of_soft_labels_and_no_curvature():
    loss, p = losses.labels(), special.softmax(np.asarray(Y), axis=-1)
    one_hot = [jnp.broadcast_to(jnp.eye(4)[k], Z.shape) for k in range(4)]
    mean = sum(p[:, [k]] * np.asarray(loss.gradient(Z, one_hot[k])) for k in range(4))
    exact(mean, losses.softmax_cross_entropy.gradient(Z, Y), size=4, scale=1.0)
    with pytest.raises(ValueError, match="'labels' has no curvature"):
        loss.curvature(Z, D)
