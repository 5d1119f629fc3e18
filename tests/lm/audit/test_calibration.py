"""P-values that assume less: uniform under their nulls, which Welch's is not where only its own null fails."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import kstest

from subtheory._checks import leaf_name
from subtheory.lm.audit.audit import AuditPlan
from subtheory.lm.audit.factors.parts import Factors, Table, dense
from subtheory.lm.audit.inference.calibration import placebo_p_value
from subtheory.lm.audit.inference.columns import Columns, welch_t
from subtheory.lm.audit.inference.permutation import permutation_p_value
from subtheory.lm.audit.inference.placebo import placebo_keys, placebo_scores, turned
from subtheory.lm.audit.inference.sequential import settled_after
from subtheory.lm.audit.scoring import Workload, scored_examples
from subtheory.lm.audit.shares import norm_shares
from subtheory.lm.audit.tally import Tally
from subtheory.lm.audit.welch import Moments, welch
from subtheory.lm.decoder.config import DecoderConfig
from subtheory.lm.decoder.parameters import map_shapes

from ...tolerances import exact
from .. import tiny

REPETITIONS, PLACEBOS = 240, 20


def t_of(data, control):
    """Welch's t of every column of two arrays of scores."""
    sides = (Columns.empty(side.shape[1]).with_rows(side) for side in (data, control))
    return welch_t(*sides)


@pytest.fixture(scope="module")
def gradients():
    """A score's gradient for every example, ``[N, P]``: scores along v are its products with v (T9)."""
    params, examples = tiny.params(), tiny.examples(240, longest=12)
    flat, restored = jax.flatten_util.ravel_pytree(params)

    def log_likelihood(theta, tokens, scored):
        log_p = jax.nn.log_softmax(tiny.apply(restored(theta), tokens[None])[0])[:-1]
        return jnp.sum(jnp.where(scored[1:], jnp.take_along_axis(log_p, tokens[1:, None], 1)[:, 0], 0.0))

    (batch,) = Workload(240 * 16).batches(examples)
    gradient = jax.jit(jax.vmap(jax.grad(log_likelihood), (None, 0, 0)))(flat, batch.tokens, batch.scored)
    return np.asarray(gradient)[np.argsort(batch.places)], params


def test_placebo_p_values_are_uniform_whatever_the_data_are_and_welchs_are_not(gradients):
    """240 traits that are turned at random, on data of another kind than the control: false alarm 10⁻⁴, fixed seeds."""
    G, v = gradients
    order = np.argsort(G[:, 3] + G[:, 17])  # data that differ from the control, in no way that knows of any trait
    data, control = G[order[60:]], G[order[:180]]
    keys = jax.vmap(lambda i: jax.random.fold_in(jax.random.key(5), i))(jnp.arange(REPETITIONS))

    def all_of(key):
        mine, others = jax.random.fold_in(key, 0), jax.random.split(key, PLACEBOS)
        trait = turned(v, mine)
        placebos = jax.vmap(lambda k: turned(trait, k))(others)
        first = jax.tree.map(lambda leaf: leaf[None], trait)
        flat = jax.tree.map(lambda *leaves: jnp.concatenate(leaves), first, placebos)
        return jax.vmap(lambda one: jax.flatten_util.ravel_pytree(one)[0])(flat)

    directions = np.asarray(jax.jit(jax.vmap(all_of))(keys))
    t = np.stack([t_of(data @ some.T, control @ some.T) for some in directions])
    found = np.array([placebo_p_value(one[0], one[1:]) for one in t])
    jitter = np.random.default_rng(0).uniform(size=REPETITIONS) / (PLACEBOS + 1)
    assert kstest(found - jitter, "uniform").pvalue > 1e-4
    sides = [Moments(180, 0.0, 1.0)] * 2
    assert welch(sides[0], sides[1]).p_value == pytest.approx(0.5)
    assert kstest(t[:, 0], "norm").pvalue < 1e-6  # Welch's t is far from where its own null has it


def test_p_values_of_permuted_labels_are_uniform():
    """240 audits of twice 30 skewed scores of one distribution: false alarm 10⁻⁴, fixed seeds."""
    draw = np.random.default_rng(1)
    found = [permutation_p_value(*draw.exponential(size=(2, 30)) ** 2, seed=i, draws=99) for i in range(REPETITIONS)]
    assert kstest(np.array(found) - draw.uniform(size=REPETITIONS) / 100, "uniform").pvalue > 1e-4
    apart = permutation_p_value(draw.normal(1, 1, 100), draw.normal(0, 1, 100), draws=199)
    assert apart == 1 / 200


def test_permuted_labels_agree_with_a_plain_loop():
    draw = np.random.default_rng(2)
    first, second = draw.normal(0.4, 1, 25), draw.normal(0, 2, 18)
    rng = np.random.default_rng([3, *b"permuted labels"])
    pooled = np.concatenate([first, second])
    found = welch(Moments.of(first), Moments.of(second)).t
    more = 0
    for _ in range(300):
        drawn = rng.permutation(pooled)
        more += welch(Moments.of(drawn[:25]), Moments.of(drawn[25:])).t >= found
    assert permutation_p_value(first, second, seed=3, draws=300) == (1 + more) / 301


def test_a_placebo_keeps_every_norm_and_spectrum():
    config = DecoderConfig(
        vocabulary=9, width=4, layers=3, heads=2, mlp_width=8, context=8, normalisation="layer", mlp_bias=True,
        learned_positions=True,
    )  # fmt: skip
    draw = np.random.default_rng(0)
    v = map_shapes(lambda name, shape: jnp.asarray(draw.normal(size=shape)), config)
    placebo = jax.jit(turned)(v, jax.random.key(1))
    for (path, here), there in zip(jax.tree_util.tree_leaves_with_path(v), jax.tree.leaves(placebo), strict=True):
        assert not np.array_equal(here, there)
        here, there = np.asarray(here), np.asarray(there)
        parts = zip(here, there, strict=True) if leaf_name(path).startswith("layers") else [(here, there)]
        for mine, other in parts:  # layer by layer
            exact(np.linalg.norm(other), np.linalg.norm(mine), size=10)
            if mine.ndim == 2:
                exact(np.linalg.svd(other)[1], np.linalg.svd(mine)[1], size=100)
    tokens, moved = v["embedding"]["tokens"], placebo["embedding"]["tokens"]
    exact(np.linalg.norm(moved, axis=1), np.linalg.norm(tokens, axis=1), size=10)


def test_scores_along_placebos_are_those_of_each_alone():
    params, v, examples = tiny.params(), tiny.params(1), tiny.examples(9, longest=12)
    keys, work = placebo_keys(0, 20), Workload(64)
    found = placebo_scores(tiny.apply, params, v, keys, examples, work)
    for k in (0, 19):
        alone = scored_examples(tiny.apply, params, jax.jit(turned)(v, keys[k]), examples, work)
        exact(found[:, k], np.array([one.score for one in alone]), size=1000)


def test_a_direction_in_factors_has_the_placebos_and_shares_of_the_same_one_dense():
    draw, size = np.random.default_rng(0), (tiny.WIDTH, tiny.VOCABULARY)
    parts = {
        "embedding": Table(jnp.array([1, 4]), jnp.asarray(draw.normal(size=(2, size[0])))),
        "mix": jnp.asarray(draw.normal(size=(size[0], size[0]))),
        "head": Factors(jnp.asarray(draw.normal(size=(size[0], 2))), jnp.asarray(draw.normal(size=(2, size[1])))),
    }
    params, examples, work = tiny.params(), tiny.examples(4, longest=12), Workload(256)
    whole, keys = dense(parts, params), placebo_keys(0, 20)
    found = [placebo_scores(tiny.apply, params, v, keys, examples, work) for v in (parts, whole)]
    exact(found[0], found[1], size=1000)
    shares = [{one.group: one.value for one in norm_shares(v)} for v in (parts, whole)]
    assert shares[0] == pytest.approx(shares[1], rel=1e-12)
    assert sum(shares[0].values()) == pytest.approx(1)


def test_columns_are_moments_each():
    values = np.random.default_rng(0).normal(3, 2, size=(50, 4))
    other = np.random.default_rng(1).normal(size=(30, 4))
    streamed = Columns.empty(4).with_rows(values[:7]).with_rows(values[7:7]).with_rows(values[7:])
    t = welch_t(streamed, Columns.empty(4).with_rows(other))
    alone = [welch(Moments.of(a), Moments.of(b)).t for a, b in zip(values.T, other.T, strict=True)]
    exact(t, np.array(alone), size=100)


def test_a_tally_is_stored_with_values_and_placebos():
    examples = tiny.examples(5, longest=12)
    scored = scored_examples(tiny.apply, tiny.params(), tiny.params(1), examples, Workload())
    tally = Tally.empty(tiny.VOCABULARY, 2, 3).with_examples(examples, scored, (), np.arange(15.0).reshape(5, 3))
    again = Tally.restored(tally.stored())
    np.testing.assert_array_equal(again.values, [one.score for one in scored])
    np.testing.assert_array_equal(again.placebos.squares, tally.placebos.squares)
    assert again.placebos.count == 5


def test_stopping_when_settled_is_wrong_no_more_often_than_it_says():
    """400 audits without a difference, looked at after each of 1 000 pairs; a fixed bound is the control."""
    draw = np.random.default_rng(4)
    sides = draw.exponential(size=(400, 2, 1000))
    early = sum(settled_after(*pair, level=0.05) is not None for pair in sides)
    assert early <= 400 * 0.05 + 3 * (400 * 0.05 * 0.95) ** 0.5
    difference = sides[:, 0] - sides[:, 1]
    t = np.arange(1, 1001)
    z = np.cumsum(difference, 1) / np.sqrt(2 * t)
    assert np.mean((np.abs(z[:, 31:]) > 1.96).any(1)) > 0.3
    found = settled_after(draw.normal(0.5, 1, 1000), draw.normal(0, 1, 1000))
    assert found is not None
    assert 32 <= found < 500


@pytest.mark.parametrize("count", [-1, 1, 19])
def test_fewer_placebos_than_could_show_anything_are_refused(count):
    with pytest.raises(ValueError, match=f"got {count} placebos; expected 0 .none. or at least 20, since a p-value of"):
        AuditPlan(placebos=count)
