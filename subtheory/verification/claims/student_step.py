"""T6: the trait loss at finite α, where it turns, and the α that is guaranteed before any step is taken."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from scipy.optimize import brentq

from ...simulation.step import realised_trait_loss_change
from ...simulation.student import distilled_update
from ...theory.certified.radius import certified_alpha
from ...theory.student_step import guaranteed_alpha, student_step
from ..claim import Claim, close, none_of
from ..laboratory import CLASSES, Laboratory

EPSILON = 1.0
PIECES = 400
FRACTIONS = np.linspace(0.125, 1.0, 8)


def claims(lab: Laboratory) -> list[Claim]:
    """The identity on the way to the turning point, the point itself, and the guarantee, against simulated losses."""
    wrong, rises, beyond, compared, largest = 0, 0, 0, 0, 0.0
    trait_loss = lab.trait(lab.model())
    distilled = jax.jit(lambda draw: distilled_update(lab.setting(draw), EPSILON))

    @jax.jit
    def simulated(draw, update, alpha):
        return realised_trait_loss_change(lab.setting(draw), update, alpha)

    @jax.jit
    def identity(draw, update, alpha):
        return student_step(trait_loss, draw.init, update, alpha, nodes=160).trait_loss_change

    drawn = lab.draws("T6", lab.seeds)
    distances, shares = [], []
    for seed in range(lab.seeds):
        draw = jax.tree.map(lambda leaf, seed=seed: leaf[seed], drawn)
        update = distilled(draw)
        limit = guaranteed_alpha(trait_loss, draw.init, update, start=10.0)

        def change(alpha, draw=draw, update=update):
            return float(simulated(draw, update, jnp.asarray(alpha)))

        steps = FRACTIONS * limit
        changes = np.array([change(alpha) for alpha in steps])
        exact = np.array([float(identity(draw, update, jnp.asarray(alpha))) for alpha in steps])
        error = np.abs(changes - exact) / np.max(np.abs(changes))
        wrong += int(np.sum(~(error <= 1e-6)))
        largest = max(largest, float(np.max(error)))
        compared += len(FRACTIONS)
        beyond += change(1.01 * limit) > 0
        turns = change(0.8 * limit) < 0 < change(1.2 * limit)
        turn: float = brentq(change, 0.8 * limit, 1.2 * limit, rtol=1e-10) if turns else np.inf
        distances.append(abs(limit / turn - 1))
        safe = certified_alpha(
            draw.init, update, lab.images, lab.labels, slice(0, CLASSES), "tanh", first=limit, pieces=PIECES
        )
        rises += sum(change(fraction * safe) >= 0 for fraction in FRACTIONS) if safe else len(FRACTIONS)
        shares.append(safe / limit)
    return [
        none_of(
            "T6.identity",
            wrong,
            compared,
            "L_T(θ₀+αΔ) − L_T(θ₀) = −αφ + α²∫(1−s)Δᵀ∇²L_TΔ ds",
            f"values of α off by more than 1e-6 of the largest change; largest {largest:.1g}",
        ),
        close(
            "T6.turning_point",
            float(np.max(distances)),
            0.0,
            1e-6,
            lab.seeds,
            "the α at which the identity's two terms are equal is where the simulated trait loss stops falling",
            "largest relative distance from the zero of the simulated change",
        ),
        none_of(
            "T6.guarantee",
            rises,
            compared,
            "every α below one that is certified beforehand, from bounds of the curvature, lowers the trait loss",
            f"values of α at which it rose; certified {min(shares):.2f} to {max(shares):.2f} of the turning point",
        ),
        none_of(
            "T6.beyond",
            beyond,
            lab.seeds,
            "the trait loss also falls at 1.01 × the turning point",
            "seeds in which it rose",
            must="fail",
        ),
    ]
