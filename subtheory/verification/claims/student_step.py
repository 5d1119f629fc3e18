"""T6: the trait loss at finite α, and the largest α with a guaranteed decrease."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from ...simulation.step import realised_trait_loss_change
from ...simulation.student import distilled_update
from ...theory.student_step import guaranteed_alpha, student_step
from ..claim import Claim, none_of
from ..laboratory import Laboratory

EPSILON = 1.0
FRACTIONS = np.linspace(0.125, 1.0, 8)


def claims(lab: Laboratory) -> list[Claim]:
    """The identity on the way to the guaranteed α, the decrease up to it, and the rise beyond it."""
    wrong, rises, compared, beyond, largest = 0, 0, 0, 0, 0.0
    seeds = min(lab.seeds, 3)
    alphas = []
    trait_loss = lab.trait(lab.model())
    distilled = jax.jit(lambda draw: distilled_update(lab.setting(draw), EPSILON))

    @jax.jit
    def both(draw, update, alpha):
        step = student_step(trait_loss, draw.init, update, alpha, nodes=160)
        return realised_trait_loss_change(lab.setting(draw), update, alpha), step.trait_loss_change

    drawn = lab.draws("T6", seeds)
    for seed in range(seeds):
        draw = jax.tree.map(lambda leaf, seed=seed: leaf[seed], drawn)
        update = distilled(draw)
        limit = guaranteed_alpha(trait_loss, draw.init, update, start=10.0)
        alphas.append(limit)
        changes = np.array([both(draw, update, jnp.asarray(fraction * limit)) for fraction in FRACTIONS])
        scale = np.max(np.abs(changes[:, 0]))
        error = np.abs(changes[:, 0] - changes[:, 1]) / scale
        wrong += int(np.sum(~(error <= 1e-6)))
        largest = max(largest, float(np.max(error)))
        compared += len(FRACTIONS)
        rises += int(np.sum(changes[:-1, 0] >= 0))
        beyond += int(both(draw, update, jnp.asarray(1.01 * limit))[0] > 0)
    return [
        none_of(
            "T6.identity",
            wrong,
            compared,
            "L_T(θ₀+αΔ) − L_T(θ₀) = −αφ + α²∫(1−s)Δᵀ∇²L_TΔ ds",
            f"values of α off by more than 1e-6 of the largest change; largest {largest:.1g}",
        ),
        none_of(
            "T6.guarantee",
            rises,
            compared - seeds,
            "every α below the guaranteed one lowers the trait loss",
            f"values of α at which it rose; guaranteed α {min(alphas):.3g} to {max(alphas):.3g} at ε = 1",
        ),
        none_of(
            "T6.beyond",
            beyond,
            seeds,
            "the trait loss also falls at 1.01 × the guaranteed α",
            "seeds in which it rose",
            must="fail",
        ),
    ]
