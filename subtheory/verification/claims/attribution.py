"""T7: per-example attribution by one JVP, against one gradient per example."""

from __future__ import annotations

import dataclasses

import jax.numpy as jnp
import numpy as np

from ...simulation.step import inner_product, per_example_inner_products
from ...theory.attribution import attribution
from ..claim import Claim, close
from ..laboratory import Laboratory

EPSILON = 1e-2


def claims(lab: Laboratory) -> list[Claim]:
    """Shares of every input, and their mean."""

    def one(draw):
        setting = lab.setting(draw)
        other = dataclasses.replace(setting, student_init=draw.other_init)
        shares = attribution(setting, EPSILON)
        simulated = per_example_inner_products(setting, EPSILON)
        elsewhere = per_example_inner_products(other, EPSILON)
        size = jnp.max(jnp.abs(simulated))
        own = jnp.max(jnp.abs(attribution(other, EPSILON) - elsewhere)) / jnp.max(jnp.abs(elsewhere))
        return (
            jnp.max(jnp.abs(shares - simulated)) / size,
            jnp.abs(jnp.mean(shares) - inner_product(setting, EPSILON)) / size,
            jnp.max(jnp.abs(shares - elsewhere)) / size,
            own,
        )

    single, mean, elsewhere, own = lab.per_seed(one, "T7")
    tolerance = 1e4 * float(np.finfo(float).eps)
    return [
        close(
            "T7.shares",
            float(np.max(single)),
            0.0,
            tolerance,
            64 * len(single),
            "every input's share of φ is −⟨∂ℓ(x), J(x)v⟩",
            "largest difference from one gradient per input, relative to the largest share",
        ),
        close(
            "T7.mean",
            float(np.max(mean)),
            0.0,
            tolerance,
            len(mean),
            "the mean of the shares is φ",
            "largest difference, relative to the largest share",
        ),
        close(
            "T7.any_student",
            float(np.max(own)),
            0.0,
            tolerance,
            64 * len(own),
            "the same with J at the student's own initialisation, wherever that is",
            "largest difference from one gradient per input, relative to the largest share",
        ),
        close(
            "T7.other_init",
            float(np.max(elsewhere)),
            0.0,
            tolerance,
            64 * len(single),
            "the shares are also those of a student of another initialisation",
            "largest difference, relative to the largest share",
            must="fail",
        ),
    ]
