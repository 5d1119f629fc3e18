"""T2: Theorem 1, the trait loss falls by αεA whatever the trait."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from ...setting import trait as traits
from ...simulation.step import realised_trait_loss_change
from ...simulation.student import distilled_update
from ...theory.theorem import predicted_trait_loss_change
from ..claim import Claim, close, none_of
from ..laboratory import Laboratory

STEPS = np.array([1e-1, 3e-2, 1e-2, 3e-3])
ALPHA = 0.5
"""Not one, so that a forgotten α is seen."""


def claims(lab: Laboratory) -> list[Claim]:
    """Three traits: classification of images, a regression, a regulariser that no output has to do with."""

    def changes(setting):
        def at(epsilon):
            update = distilled_update(setting, epsilon)
            return realised_trait_loss_change(setting, update, ALPHA)

        return jax.lax.map(at, jnp.asarray(STEPS)), predicted_trait_loss_change(setting, 2.0, ALPHA) / 2

    model = lab.model()
    targets = jnp.sin(jnp.arange(len(lab.images) * 10.0).reshape(-1, 10))
    three = (
        lab.trait(model),
        traits.regression(model.apply, lab.images, targets, slice(0, 10)),
        traits.regulariser,
    )

    def one(draw):
        shared = [changes(lab.setting(draw, model, trait=trait)) for trait in three]
        return shared, changes(lab.setting(draw, model, shared=False))

    shared, (other, other_slope) = lab.per_seed(one, "T2", count=max(lab.seeds, 40), batch=20)
    realised = np.stack([change for change, _ in shared])
    predicted = np.stack([slope for _, slope in shared])[..., None] * STEPS
    remainder = np.abs(realised - predicted).reshape(-1, len(STEPS))
    slopes = np.polyfit(np.log(STEPS), np.log(remainder).T, 1)[0]
    relative = np.abs(realised / predicted - 1)[..., -1]
    other_relative = np.abs(other / (other_slope[:, None] * STEPS) - 1)[:, -1]
    return [
        none_of(
            "T2.sign",
            int(np.sum(realised >= 0)),
            realised.size,
            "one student step lowers the trait loss: classification, regression, and a regulariser",
            "settings in which it did not fall, ε from 1e-1 to 3e-3, α = 1/2",
        ),
        close(
            "T2.size",
            float(np.max(relative)),
            0.0,
            0.05,
            relative.size,
            "the trait loss changes by −αεA",
            "largest relative distance at ε = 3e-3",
        ),
        close(
            "T2.slope",
            float(np.median(slopes)),
            2.0,
            0.05,
            slopes.size,
            "what is left after −αεA is O(ε²)",
            "median slope of the remainder in log-log",
        ),
        close(
            "T2.size.other_init",
            float(np.median(other_relative)),
            0.0,
            0.05,
            other_relative.size,
            "the trait loss of a student of another initialisation also changes by −αεA",
            "median relative distance at ε = 3e-3",
            must="fail",
        ),
        none_of(
            "T2.sign.other_init",
            int(np.sum(other >= 0)),
            other.size,
            "the trait loss also falls in every student of another initialisation",
            "settings in which it did not fall",
            must="fail",
        ),
    ]
