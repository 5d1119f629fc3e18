"""The trait's direction in factors: the dense one's scores on every family, and what truncating it leaves out (T16)."""

from __future__ import annotations

from functools import lru_cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from subtheory._tree import cosine, inner, negative
from subtheory.lm.audit.audit import AuditPlan
from subtheory.lm.audit.direction import trait_direction
from subtheory.lm.audit.factors.capture import gradient_rank
from subtheory.lm.audit.factors.direction import factored_direction
from subtheory.lm.audit.factors.parts import Factors, Table, dense, parts_by_path
from subtheory.lm.audit.factors.rank import Shortened, cheapest, check_rank, cost, shortened
from subtheory.lm.audit.factors.restriction import restricted_parts
from subtheory.lm.audit.score import token_scores
from subtheory.lm.audit.scoring import Workload
from subtheory.lm.coordinates.paths import leaves_by_path
from subtheory.lm.decoder.config import DecoderConfig
from subtheory.lm.decoder.decoder import Decoder
from subtheory.lm.decoder.parameters import map_shapes
from subtheory.lm.loss import token_log_likelihoods
from subtheory.lm.model import LanguageModel
from subtheory.lm.text.batches import Example

from ....tolerances import exact
from ...models import COMMON, CONFIGS

ALL = 10**6
QUICK = "gpt2"
SOME_QUICKLY = [
    family if family == QUICK else pytest.param(family, marks=pytest.mark.slow) for family in sorted(CONFIGS)
]
WORK = Workload(64)


def examples(seed: int, count: int = 2, prompt: int = 3, completion: int = 4) -> list[Example]:
    drawn = np.random.default_rng(seed).integers(0, 12, size=(count, prompt + completion))
    return [Example(row[:prompt], row[prompt:], str(place)) for place, row in enumerate(drawn)]


def both_scores(lm, v, w, tokens):
    """Scores along two directions, in one program."""
    run = jax.jit(lambda params, v, w: [token_scores(lm.apply, params, one, tokens)[1] for one in (v, w)])
    return run(lm.params, v, w)


@lru_cache
def model(family: str, dtype: str = "float64", **changes) -> LanguageModel:
    """A random model of a family, every parameter away from its special value, drawn without compiling anything."""
    config = DecoderConfig(family=family, **{**COMMON, **CONFIGS[family], **changes})
    rng = np.random.default_rng(0)
    params = map_shapes(lambda _, shape: jnp.asarray(0.4 * rng.standard_normal(shape), dtype), config)
    return LanguageModel(Decoder(config, scan=True), params)


@pytest.mark.parametrize("family", SOME_QUICKLY)
def test_factors_and_the_dense_gradient_give_the_same_scores_on_every_family(family):
    lm, trait = model(family), examples(1)
    short = factored_direction(lm, trait, WORK, rank=ALL)
    tokens = jnp.asarray([one.tokens for one in trait])

    @jax.jit
    def oracle(params):
        """v the plain way, and along it the scores of other sequences."""

        def loss(theta):
            return -jnp.mean(token_log_likelihoods(lm.apply, theta, tokens)[:, 3:])

        return jax.value_and_grad(loss)(params)

    value, gradient = oracle(lm.params)
    v = negative(gradient)
    exact(dense(short.v, lm.params), v, size=10)
    assert short.norm == pytest.approx(float(jnp.sqrt(inner(v, v))), rel=1e-13)
    assert (short.loss, short.tokens, short.examples) == (pytest.approx(float(value), rel=1e-13), 8, 2)
    assert (short.rank, short.left_out, short.cosine) == (None, 0.0, 1.0)
    others = jnp.asarray([one.tokens for one in examples(2)])
    expected, got = both_scores(lm, v, short.v, others)
    exact(got, expected, size=10)
    assert float(jnp.abs(got).max()) > 0


@pytest.mark.slow
@pytest.mark.parametrize("family", sorted(CONFIGS))
def test_in_float32_the_scores_are_the_dense_ones_to_a_millionth(family):
    lm, trait = model(family, "float32"), examples(1)
    v, short = trait_direction(lm, trait, WORK).v, factored_direction(lm, trait, WORK, rank=ALL).v
    expected, got = both_scores(lm, v, short, jnp.asarray([one.tokens for one in examples(2, 8)]))
    assert float(jnp.abs(got - expected).max()) <= 1e-6 * float(jnp.abs(expected).max())


@lru_cache
def exactly():
    """A model with everything that a direction may have (fused maps, biases, a tied head), and its v in factors."""
    lm = model("gpt2")
    return lm, factored_direction(lm, examples(1), WORK, rank=ALL)


def test_what_truncating_leaves_out_is_reported_exactly():
    (lm, exact_one), rank = exactly(), 3
    short = shortened(parts_by_path(exact_one.v), leaves_by_path(lm.params), 12, rank)
    v, v_r = (leaves_by_path(dense(tree, lm.params)) for tree in (exact_one.v, short.direction(lm.params, "", "v").v))
    apart = jax.tree.map(jnp.subtract, v, v_r)
    norm = float(jnp.sqrt(inner(v, v)))
    assert short.rank == rank
    assert short.left_out == pytest.approx(float(jnp.sqrt(inner(apart, apart))) / norm, rel=1e-10)
    assert short.cosine == pytest.approx(float(cosine(v, v_r)), rel=1e-12)
    assert 0.001 < short.left_out < 1
    for name, part in short.parts.items():
        if isinstance(part, Factors):
            assert part.A.shape[-1] == rank
            for whole, few in zip(np.asarray(v[name]), np.asarray(v_r[name]), strict=True):
                left = np.linalg.svd(whole, compute_uv=False)[rank:]  # the best that any matrix of this rank can do
                assert np.linalg.norm(whole - few) == pytest.approx(np.linalg.norm(left), rel=1e-3)
        elif not isinstance(part, Table):
            np.testing.assert_array_equal(v_r[name], v[name])


@pytest.mark.slow
def test_control_scores_along_a_truncated_direction_are_others():
    lm, exact_one = exactly()
    short = shortened(parts_by_path(exact_one.v), leaves_by_path(lm.params), 12, 3).direction(lm.params, "", "v")
    expected, got = both_scores(lm, exact_one.v, short.v, jnp.asarray([one.tokens for one in examples(2)]))
    assert float(jnp.abs(got - expected).max()) > 1e-4 * float(jnp.abs(expected).max())


def test_embeddings_are_as_many_rows_as_the_trait_has_tokens():
    lm, direction = exactly()
    table = direction.v["embedding"]["tokens"]
    used = np.unique(np.concatenate([one.tokens[:-1] for one in examples(1)]))
    np.testing.assert_array_equal(table.ids, used)
    assert table.rows.shape == (len(used), lm.config.width)
    assert table.head.A.shape == (lm.config.width, 8)  # the head sees the scored tokens only, a map all before them
    assert direction.v["layers"]["mlp"]["up"]["kernel"].A.shape == (3, 16, gradient_rank(examples(1))) == (3, 16, 12)


def test_patterns_choose_parts_and_layers():
    lm, direction = exactly()
    leaves, parts = leaves_by_path(lm.params), parts_by_path(direction.v)
    kept = restricted_parts(parts, leaves, ["layers/1/attention/query", "*scale", "layers/mlp/up/kernel"])
    got = leaves_by_path(dense(Shortened.exact(kept).direction(lm.params, "", "v").v, lm.params))
    for name, whole in leaves_by_path(dense(direction.v, lm.params)).items():
        expected = np.array(whole)
        if name.startswith("layers/attention/query/"):
            expected[[0, 2]] = 0
        elif not name.endswith("scale") and name != "layers/mlp/up/kernel":
            expected[:] = 0
        np.testing.assert_array_equal(got[name], expected, err_msg=name)
    with pytest.raises(ValueError, match="matches 'layers/mpl'"):
        restricted_parts(parts, leaves, ["layers/mpl"])


def test_a_rank_is_chosen_by_what_it_costs_and_leaves_out():
    rng = np.random.default_rng(3)
    leaves = {"head/kernel": jnp.zeros((200, 200)), "embedding/tokens": jnp.zeros((200, 200))}
    assert cost(leaves, 10) == pytest.approx(0.1)
    assert cheapest(leaves) == 20

    def chosen(decay, n):
        left, right = (np.linalg.qr(rng.standard_normal((200, n)))[0] for _ in range(2))
        v = Factors(jnp.asarray(left * decay ** np.arange(n)), jnp.asarray(right.T))
        found = shortened({"head/kernel": v}, leaves, n, None)
        return found.rank, found.left_out

    assert chosen(1.0, 20) == (None, 0.0)  # few enough tokens: exact
    rank, left_out = chosen(0.5, 60)  # 2^-7 < .01 < 2^-6
    assert rank == 7
    assert left_out == pytest.approx(2.0**-7, rel=1e-6)
    assert chosen(1.0, 60) == (None, 0.0)  # no low rank holds it: exact
    assert shortened({}, {**leaves, "head/kernel": jnp.zeros((40, 40))}, 100, None).rank is None


@pytest.mark.parametrize("rank", [0, -1, 1.5, True])
def test_a_rank_that_is_none_is_refused(rank):
    with pytest.raises(ValueError, match=f"rank is {rank!r}; expected a whole number, at least 1, or none"):
        check_rank(rank)
    with pytest.raises(ValueError, match="rank is"):
        AuditPlan(rank=rank)
