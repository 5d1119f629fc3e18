"""The trait's direction in factors: the dense one's scores on every family, and what truncating it leaves out (T16)."""

from __future__ import annotations

from functools import lru_cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from subtheory._tree import inner, negative
from subtheory.lm.audit.factored import factored_direction
from subtheory.lm.audit.factors import dense
from subtheory.lm.audit.score import token_scores
from subtheory.lm.audit.scoring import Workload
from subtheory.lm.decoder.config import DecoderConfig
from subtheory.lm.decoder.decoder import Decoder
from subtheory.lm.decoder.parameters import map_shapes
from subtheory.lm.loss import token_log_likelihoods
from subtheory.lm.model import LanguageModel
from subtheory.lm.text.batches import Example

from ...tolerances import exact
from ..models import COMMON, CONFIGS

ALL = 10**6
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


@pytest.mark.parametrize("family", sorted(CONFIGS))
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
