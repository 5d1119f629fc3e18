"""What filters leave of the alignment: the variance law, for hard, soft and hostile filters, by exact enumeration
(T10).

    python -m experiments run filtering_law --profile paper

Cost on two cores: quick about 8 seconds, paper about 12 seconds.

A tiny autoregressive model of all 4⁵ = 1 024 strings; the teacher steps towards a few random strings (the trait),
teacher's and reference's data pass the same filter, and the student takes one maximum-likelihood step on all that
is kept, weighted by its probability, so that nothing is sampled. Recorded per filter and ε: the *gap* (teacher's
minus control's Δθ_S·v), the *naive* alignment (teacher's alone), the variance of the score on what is kept, and
the share that is kept.

Expect: gap/ε equals the variance up to a remainder that is linear in ε, for every filter; hostile filters make it
small but never negative, and zero only where a single string is kept. The naive alignment of filters that know
the score is negative.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from subtheory._keys import key_for
from subtheory._tree import move
from subtheory.setting.sequence import all_strings, string_log_likelihood, tiny_sequence_model
from subtheory.setting.trait import teacher_update
from subtheory.simulation import mitigation
from subtheory.theory.filtering import kept_variance
from subtheory.theory.sampling import scores

from .image_setting import log_grid

PAPER = ()
CLAIMS = ("T10",)
COST = {"quick": 5, "paper": 12}


@dataclass(frozen=True)
class Config:
    """What is run; ``kept`` is the share of strings that a hostile filter leaves."""

    seeds: int
    data: str = "none"
    vocabulary: int = 4
    length: int = 5
    width: int = 16
    trait_strings: int = 8
    kept: float = 0.25
    smallest_epsilon: float = 1e-5
    largest_epsilon: float = 1.0
    epsilons: int = 11


PRESETS = {"quick": Config(seeds=5), "paper": Config(seeds=20)}


def chunks(config: Config) -> range:
    """One chunk per seed: a model, a trait and a random filter."""
    return range(config.seeds)


def run_chunk(config: Config, chunk: int, data: None) -> list[dict[str, Any]]:
    """All filters and ε for one model."""
    taught, filtered = _programs(replace(config, seeds=1))
    keys = [key_for(chunk, purpose) for purpose in ("reference init", "trait", "random filter")]
    params, v, log_p, score, filters = taught(*keys)
    rows = []
    for name, keep in filters.items():
        row = {"seed": chunk, "condition": name}
        rows.append({**row, "metric": "variance", "value": kept_variance(log_p, keep, score)})
        rows.append({**row, "metric": "kept", "value": np.sum(np.exp(log_p) * keep)})
        for epsilon in log_grid(config.smallest_epsilon, config.largest_epsilon, config.epsilons):
            values = filtered(params, v, keep, epsilon)
            rows += [{**row, "metric": m, "value": value, "epsilon": epsilon} for m, value in values.items()]
    return rows


def _filters(config: Config, key, strings, score) -> dict[str, jax.Array]:
    """Keep-probabilities by name: no filter, two hard rules, a soft one, and four that know the score."""
    return {
        "everything": jnp.ones_like(score),
        "format": mitigation.keep_format(strings),
        "blacklist": mitigation.keep_without_token(strings, 0),
        "random soft": mitigation.keep_randomly(key, len(strings)),
        "soft judge": jax.nn.sigmoid(-4 * (score - jnp.mean(score)) / jnp.std(score)),
        "hard judge": mitigation.keep_lowest_scores(score, config.kept),
        "narrow band": mitigation.keep_narrow_band(score, config.kept),
        "one string": mitigation.keep_one_level(score),
    }


@lru_cache(maxsize=4)
def _programs(config: Config):
    strings = all_strings(config.vocabulary, config.length)
    model = tiny_sequence_model(config.vocabulary, config.length, config.width)
    log_likelihood = string_log_likelihood(model.apply, strings)

    @jax.jit
    def taught(init_key, trait_key, filter_key):
        params = model.init(init_key)
        trait = jax.random.choice(trait_key, len(strings), (config.trait_strings,), replace=False)
        v = teacher_update(lambda theta: -jnp.mean(log_likelihood(theta)[trait]), params)
        score = scores(log_likelihood, params, v)
        return params, v, log_likelihood(params), score, _filters(config, filter_key, strings, score)

    @jax.jit
    def filtered(params, v, keep, epsilon):
        teacher = move(params, epsilon, v)
        naive = mitigation.filtered_inner_product(log_likelihood, params, teacher, keep, v)
        return {"gap": mitigation.filter_gap(log_likelihood, params, v, keep, epsilon), "naive": naive}

    return taught, filtered
