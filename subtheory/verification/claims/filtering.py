"""T10: no filter removes the trait to first order, by exact enumeration of a tiny sequence model."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import optax

from ..._tree import move, random_like
from ...setting.sequence import all_strings, string_log_likelihood, tiny_sequence_model
from ...simulation import mitigation
from ...theory.filtering import predicted_filter_gap
from ...theory.sampling import scores
from ..claim import Claim, close, none_of
from ..laboratory import Laboratory

VOCABULARY, LENGTH = 4, 4
EPSILON = 1e-5
SEARCH_STEPS = 200


def _filters(key, strings, score) -> dict[str, jax.Array]:
    return {
        "everything": jnp.ones(len(strings)),
        "format": mitigation.keep_format(strings),
        "blacklist": mitigation.keep_without_token(strings, 0),
        "random": mitigation.keep_randomly(key, len(strings)),
        "judge": mitigation.keep_lowest_scores(score, 0.5),
        "narrow band": mitigation.keep_narrow_band(score, 0.3),
    }


def _hostile(log_likelihood, reference, v, epsilon):
    """Keep-probabilities that minimise the surviving gap, by Adam on their logits; at least 5 % of mass is kept."""
    probabilities = jnp.exp(log_likelihood(reference))

    def loss(logits):
        keep = jax.nn.sigmoid(logits)
        mass = jnp.sum(keep * probabilities)
        gap = mitigation.filter_gap(log_likelihood, reference, v, keep, epsilon)
        return gap / epsilon + 1e3 * jax.nn.relu(0.05 - mass) ** 2

    optimiser = optax.adam(0.1)
    logits = jnp.zeros_like(probabilities)

    def step(carry, _):
        logits, state = carry
        gradient = jax.grad(loss)(logits)
        with jax.numpy_dtype_promotion("standard"):  # optax mixes integers and floats
            update, state = optimiser.update(gradient, state)
        return (logits + update, state), None

    (logits, _), _ = jax.lax.scan(step, (logits, optimiser.init(logits)), None, length=SEARCH_STEPS)
    return jax.nn.sigmoid(logits)


def claims(lab: Laboratory) -> list[Claim]:
    """All 4⁴ strings, filters blind and hostile, one direction v per seed."""
    strings = all_strings(VOCABULARY, LENGTH)
    model = tiny_sequence_model(VOCABULARY, LENGTH)
    log_likelihood = string_log_likelihood(model.apply, strings)

    def one(draw):
        reference = draw.init
        v = random_like(jax.random.fold_in(draw.key, 0), reference)
        score = scores(log_likelihood, reference, v)
        v = optax.tree.scale(1 / jnp.std(score), v)
        score = score / jnp.std(score)
        log_p = log_likelihood(reference)
        filters = _filters(jax.random.fold_in(draw.key, 1), strings, score)
        filters["hostile search"] = _hostile(log_likelihood, reference, v, EPSILON)
        rows = {}
        for name, keep in filters.items():
            gap = mitigation.filter_gap(log_likelihood, reference, v, keep, EPSILON) / EPSILON
            rows[name] = (gap, predicted_filter_gap(log_p, keep, score, 1.0))
        level = mitigation.filter_gap(log_likelihood, reference, v, mitigation.keep_one_level(score), EPSILON)
        teacher = move(reference, EPSILON, v)

        def alignment(source, keep):
            return mitigation.filtered_inner_product(log_likelihood, reference, source, keep, v)

        unfiltered = alignment(teacher, filters["judge"]) - alignment(reference, filters["everything"])
        return rows, level / EPSILON, unfiltered

    rows, level, unfiltered = lab.per_seed(one, "T10", model=model)
    gaps = np.stack([gap for gap, _ in rows.values()])
    laws = np.stack([law for _, law in rows.values()])
    hostile = np.min(gaps[list(rows).index("hostile search")])
    return [
        close(
            "T10.law",
            float(np.max(np.abs(gaps - laws) / laws.max(axis=0))),
            0.0,
            1e-3,
            gaps.size,
            "teacher minus control, filtered alike, is ε Var(s_v) on what the filter keeps",
            f"largest difference at ε = 1e-5, {len(rows)} filters, relative to no filter",
        ),
        none_of(
            "T10.sign",
            int(np.sum(gaps < -1e-9)),
            gaps.size,
            "no filter makes it negative: format, blacklist, soft, a judge that knows s_v, and a hostile search",
            f"filters with a negative gap; the search got down to {hostile:.2g} of 1",
        ),
        close(
            "T10.constant_score",
            float(np.max(np.abs(level))),
            0.0,
            1e-9,
            len(level),
            "it is zero where s_v is constant on what is kept",
            "largest gap when a single string is kept",
        ),
        none_of(
            "T10.unfiltered_control",
            int(np.sum(unfiltered < 0)),
            len(unfiltered),
            "the gap is also non-negative when the control is *not* filtered alike",
            "seeds with a negative gap against the unfiltered reference, teacher's data kept by the judge",
            must="fail",
        ),
    ]
