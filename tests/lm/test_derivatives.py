"""Derivatives through every family: adjoint, G·v, attribution; scanned, unrolled and rematerialised alike."""

from __future__ import annotations

from functools import lru_cache, partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import subtheory as st
from subtheory._tree import inner, move, random_like, scaled
from subtheory.lm.audit.score import token_scores
from subtheory.theory.attribution import attribution
from subtheory.theory.gauss_newton import gauss_newton_operator
from tests.lm.models import CONFIGS, tiny
from tests.tolerances import exact, values_of

FAMILIES = sorted(CONFIGS)
# Most tests take the two families that share least, and the others only where -m slow asks for them.
FIRST = ("gpt2", "gemma3_text")
SOME_QUICKLY = [family if family in FIRST else pytest.param(family, marks=pytest.mark.slow) for family in FAMILIES]
ONE_QUICKLY = [family if family == "gpt2" else pytest.param(family, marks=pytest.mark.slow) for family in FAMILIES]
WAYS = {
    "scanned": {"scan": True},
    "unrolled": {"scan": False},
    "scanned, rematerialised": {"scan": True, "rematerialise": True},
    "unrolled, rematerialised": {"scan": False, "rematerialise": True},
}
SMALL = dict(vocabulary=6, width=4, heads=2, key_value_heads=2, head_width=2, mlp_width=4, context=8)
ROPES = {"rope": st.lm.Rope(2), "sliding_rope": st.lm.Rope(2, 100.0)}


def tokens_of(lm: st.lm.LanguageModel, rows: int = 2, length: int = 9, seed: int = 5) -> jax.Array:
    return jax.random.randint(jax.random.key(seed), (rows, length), 0, lm.config.vocabulary)


def smaller(family: str) -> st.lm.LanguageModel:
    """A model whose Jacobian can be written down: a few hundred parameters."""
    ropes = {name: rope for name, rope in ROPES.items() if name in CONFIGS[family]}
    return tiny(family, scan=True, **SMALL, **ropes)


@lru_cache
def derivatives(family: str, way: str):
    """(v, w, z, J v, Jᵀ w), J being the Jacobian of all logits at two sequences."""
    lm = tiny(family, **WAYS[way])
    tokens = tokens_of(lm)
    v = random_like(jax.random.key(1), lm.params)
    w = jax.random.normal(jax.random.key(2), (*tokens.shape, lm.config.vocabulary), jnp.float64)

    @jax.jit
    def both(params, v, w):
        z, Jv = jax.jvp(lambda theta: lm.apply(theta, tokens), (params,), (v,))
        (JTw,) = jax.vjp(lambda theta: lm.apply(theta, tokens), params)[1](w)
        return z, Jv, JTw

    return (v, w, *both(lm.params, v, w))


@pytest.mark.parametrize("family", FAMILIES)
def test_forward_and_reverse_derivatives_are_adjoint(family):
    v, w, _, Jv, JTw = derivatives(family, "scanned")
    forward, reverse = float(jnp.vdot(Jv, w)), float(inner(v, JTw))
    assert abs(forward - reverse) <= 1e-10 * abs(forward)
    assert all(leaf.dtype == jnp.float64 for leaf in jax.tree.leaves((Jv, JTw)))
    assert all(np.abs(leaf).max() > 0 for leaf in jax.tree.leaves(JTw)), "a parameter that the logits do not feel"


@pytest.mark.parametrize("way", [way for way in WAYS if way != "scanned"])
@pytest.mark.parametrize("family", SOME_QUICKLY)
def test_scanned_unrolled_and_rematerialised_layers_agree(family, way):
    for got, expected in zip(derivatives(family, way), derivatives(family, "scanned"), strict=True):
        exact(got, expected, size=10)


@pytest.mark.parametrize("family", FAMILIES)
def test_derivatives_are_those_of_finite_differences(family):
    v, _, _, Jv, _ = derivatives(family, "scanned")
    lm = tiny(family, scan=True)
    step, tokens = 1e-5, tokens_of(lm)
    ends = [lm.apply(move(lm.params, sign * step, v), tokens) for sign in (1, -1)]
    worst = float(jnp.abs((ends[0] - ends[1]) / (2 * step) - Jv).max())
    assert worst <= 1e-6 * float(jnp.abs(Jv).max())


@pytest.mark.parametrize("family", ONE_QUICKLY)
def test_gauss_newton_products_are_those_of_the_dense_operator(family):
    lm = smaller(family)
    tokens = tokens_of(lm, rows=1, length=4)
    setting = st.Setting(
        apply=lm.apply,
        teacher_init=lm.params,
        student_init=lm.params,
        trait_loss=lambda theta: jnp.sum(theta["final_norm"]["scale"]),
        imitation_loss=st.losses.softmax_cross_entropy,
        inputs=tokens,
    )
    jacobian = jax.jit(jax.jacrev(lambda theta: lm.apply(theta, tokens)))(lm.params)
    m = lm.config.vocabulary
    J = np.concatenate([np.asarray(leaf).reshape(-1, m, leaf[0, 0, 0].size) for leaf in jax.tree.leaves(jacobian)], 2)
    p = np.asarray(jax.nn.softmax(lm.apply(lm.params, tokens))).reshape(-1, m)
    M = p[:, :, None] * np.eye(m) - p[:, :, None] * p[:, None, :]
    G = np.einsum("xip,xij,xjq->pq", J, M, J) / len(J)

    product = jax.jit(gauss_newton_operator(setting))
    a, b = (random_like(jax.random.key(seed), lm.params) for seed in (1, 2))
    Ga, Gb = product(a), product(b)
    exact(values_of(Ga), G @ values_of(a), size=10)
    assert float(inner(a, Ga)) > 0
    exact(inner(b, Ga), inner(a, Gb), size=10, scale=float(jnp.sqrt(inner(a, Ga) * inner(b, Gb))))
    spectrum = np.linalg.eigvalsh(G)
    assert spectrum[0] >= -1e-12 * spectrum[-1]
    assert np.sum(spectrum > 1e-10 * spectrum[-1]) <= tokens.size * (m - 1)


@pytest.mark.parametrize("family", ONE_QUICKLY)
def test_attribution_by_one_product_is_that_of_single_gradients(family):
    lm = smaller(family)
    tokens, epsilon = tokens_of(lm, length=4), 0.1
    v = random_like(jax.random.key(3), lm.params)
    setting = st.Setting(
        apply=lm.apply, teacher_init=lm.params, student_init=lm.params, teacher_update=v, inputs=tokens
    )
    loss = setting.imitation_loss
    y = lm.apply(move(lm.params, epsilon, v), tokens)
    rows, columns = np.indices(tokens.shape).reshape(2, -1)

    @partial(jax.vmap, in_axes=(None, 0, 0))
    def gradients(theta, row, column):
        def share(theta):
            return loss.value(lm.apply(theta, tokens)[row, column], y[row, column])

        def log_p(theta):  # of the token that follows
            z = lm.apply(theta, tokens)[row, column]
            return jax.nn.log_softmax(z)[tokens[row, jnp.minimum(column + 1, tokens.shape[1] - 1)]]

        return -inner(jax.grad(share)(theta), v), inner(jax.grad(log_p)(theta), v)

    shares, scores = (np.asarray(x).reshape(tokens.shape) for x in jax.jit(gradients)(lm.params, rows, columns))
    exact(jax.jit(lambda: attribution(setting, epsilon))(), shares, size=10)
    exact(token_scores(lm.apply, lm.params, v, tokens)[1][:, 1:], scores[:, :-1], size=10)


def equations(jaxpr) -> int:
    """How many equations a program has, those of loop bodies and inner functions included."""
    parts = [part for one in jaxpr.eqns for part in jax.tree.leaves(one.params, is_leaf=_is_program)]
    return len(jaxpr.eqns) + sum(equations(getattr(part, "jaxpr", part)) for part in parts if _is_program(part))


def _is_program(value: object) -> bool:
    return hasattr(value, "eqns")


@pytest.mark.parametrize("rematerialise", [False, True])
def test_a_scanned_program_does_not_grow_with_depth(rematerialise):
    def size(layers: int, scan: bool) -> int:
        config = st.lm.DecoderConfig(vocabulary=6, width=4, layers=layers, heads=2, mlp_width=4)
        lm = st.lm.initialise(config, jax.random.key(0), "float64", scan=scan, rematerialise=rematerialise)
        tokens = tokens_of(lm, 1, 4)

        def everything(theta):
            loss = jax.value_and_grad(lambda t: jnp.sum(lm.apply(t, tokens) ** 2))(theta)
            return loss, jax.jvp(lambda t: lm.apply(t, tokens), (theta,), (scaled(2.0, theta),))

        return equations(jax.make_jaxpr(everything)(lm.params).jaxpr)

    assert size(2, True) == size(8, True) == size(32, True)
    assert size(8, False) > 3 * size(2, False)  # the control: unrolled layers are all written out
