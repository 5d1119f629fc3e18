"""T5: the exact identity at finite ε, its certificate, and the radius of the lemma."""

from __future__ import annotations

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import optax

from ...setting import model as models
from ...setting.loss import (
    ImitationLoss,
    sigmoid_cross_entropy,
    softmax_cross_entropy,
    softmax_cross_entropy_at,
    squared_error,
)
from ...setting.setting import Setting
from ...simulation.step import inner_product
from ...theory.certified.radius import certified_epsilon
from ...theory.gauss_newton import output_change
from ...theory.radius import finite_step, first_zero
from ..claim import Claim, close, none_of
from ..laboratory import Draw, Laboratory

GRID = np.geomspace(1e-6, 1e2, 25)
LOSSES = (softmax_cross_entropy_at(3.0), squared_error, sigmoid_cross_entropy)
"""A temperature that is not one, so that a μ without 1/τ is seen."""
INPUTS = 16
FRACTIONS = np.geomspace(1e-3, 1.0, 12)
"""Of the certified ε, its own end included."""


def _setting(lab: Laboratory, draw: Draw, loss: ImitationLoss = softmax_cross_entropy, model=None) -> Setting:
    """All outputs as channel, and v scaled to move them by 1, so that ε is in units of outputs."""
    setting = lab.setting(draw, model, loss=loss, channel=slice(None))
    v = setting.update_direction()
    _, Jv = output_change(setting, v)
    return dataclasses.replace(setting, teacher_update=optax.tree.scale(1 / jnp.sqrt(jnp.mean(Jv**2)), v))


def _elsewhere(lab: Laboratory, draw: Draw) -> Setting:
    """The same teacher, and a student of another initialisation."""
    return dataclasses.replace(_setting(lab, draw), student_init=draw.other_init)


def claims(lab: Laboratory) -> list[Claim]:
    """A tanh network, a linear model, and one that saturates, where the remainder is large; ε from 1e-6 to 100."""
    linear = models.linear(lab.pixels, 13)

    def at(setting):
        def both(epsilon):
            step = finite_step(setting, epsilon)
            simulated, theory = (epsilon * phi for phi in (inner_product(setting, epsilon), step.inner_product))
            return simulated, step.monotone, step.remainder, step.certified, theory

        return jax.lax.map(both, jnp.asarray(GRID))

    rows = lab.per_seed(lambda draw: [at(_setting(lab, draw, loss)) for loss in LOSSES], "T5", inputs=INPUTS)
    linear_phi, *_ = lab.per_seed(
        lambda draw: at(_setting(lab, draw, model=linear)), "T5 linear", model=linear, inputs=INPUTS
    )
    saturated = dataclasses.replace(linear, apply=lambda params, x: jnp.tanh(linear.apply(params, x)))
    rows += lab.per_seed(
        lambda draw: [at(_setting(lab, draw, squared_error, saturated))], "T5 saturated", model=linear, inputs=INPUTS
    )
    phi, monotone, remainder, certified, theory = (np.stack([row[i] for row in rows]) for i in range(5))
    error = np.abs(phi - theory) / (np.abs(monotone) + np.abs(remainder))
    # z_ε − z₀ keeps about ε/eps digits: rounding in units of the outputs' change
    allowed = 1e3 * np.finfo(float).eps * (1 + 1 / GRID)
    return [
        none_of(
            "T5.identity",
            int(np.sum(~(error <= allowed))),
            error.size,
            "εφ(ε) = E⟨μ(z_ε) − μ(z₀), z_ε − z₀⟩ − E⟨μ(z_ε) − μ(z₀), R_ε⟩ for every ε, three losses, and a model that "
            "saturates",
            f"comparisons beyond rounding, ε from 1e-6 to 100; largest relative error {np.max(error):.1g}",
        ),
        none_of(
            "T5.certificate",
            int(np.sum(certified & ~((phi > 0) & (phi < 2 * monotone)))),
            int(np.sum(certified)),
            "wherever the monotone term S exceeds |remainder|, 0 < εφ(ε) < 2S",
            f"certified settings outside, φ by a gradient through the network; {np.sum(certified)} of "
            f"{certified.size} are certified, {np.sum(~certified & (phi > 0))} more have φ > 0; ε up to "
            f"{GRID[certified.any(axis=(0, 1))].max():.2g}",
        ),
        none_of(
            "T5.linear",
            int(np.sum(linear_phi < 0)),
            linear_phi.size,
            "a model that is linear in θ has φ(ε) ≥ 0 for every ε",
            "values of ε up to 100 with φ < 0",
        ),
        *_radius(lab),
    ]


def _radius(lab: Laboratory) -> list[Claim]:
    """ε* from the identity against the first zero of the simulated φ; beyond it the lemma's sign must fail."""
    theory = jax.jit(lambda draw, epsilon: finite_step(_setting(lab, draw), epsilon).inner_product)
    simulation = jax.jit(lambda draw, epsilon: inner_product(_setting(lab, draw), epsilon))
    drawn = lab.draws("T5 radius", lab.seeds, inputs=INPUTS)
    errors, beyond, finite = [], 0, 0
    certified, wrong, elsewhere, tried = [], 0, 0, 0
    stranger = jax.jit(lambda draw, epsilon: inner_product(_elsewhere(lab, draw), epsilon))
    for seed in range(lab.seeds):
        draw = jax.tree.map(lambda leaf, seed=seed: leaf[seed], drawn)
        predicted = first_zero(lambda e, draw=draw: float(theory(draw, jnp.asarray(e))), 1e-3, 1e4, 40)
        found = first_zero(lambda e, draw=draw: float(simulation(draw, jnp.asarray(e))), 1e-3, 1e4, 40)
        errors.append(0.0 if predicted == found else abs(found / predicted - 1))
        if np.isfinite(found):
            finite += 1
            beyond += float(simulation(draw, jnp.asarray(1.001 * found))) < 0
        safe = certified_epsilon(_setting(lab, draw), "tanh")
        certified.append(safe / found if np.isfinite(found) else 0.0)
        for epsilon in safe * FRACTIONS:
            wrong += not float(simulation(draw, jnp.asarray(epsilon))) > 0
            elsewhere += not float(stranger(draw, jnp.asarray(epsilon))) > 0
        tried += len(FRACTIONS)
    shares = [share for share in certified if share]
    return [
        none_of(
            "T5.certified_interval",
            wrong,
            tried,
            "φ(ε) > 0 for every ε below one that is certified beforehand, from bounds of the outputs' curvature",
            f"values of ε with φ ≤ 0; certified {min(shares, default=0):.2f} to {max(shares, default=0):.2f} of ε*",
        ),
        none_of(
            "T5.certified_interval.other_init",
            elsewhere,
            tried,
            "the same for a student of another initialisation",
            "values of ε with φ ≤ 0",
            must="fail",
        ),
        close(
            "T5.radius",
            float(np.max(errors)),
            0.0,
            1e-7,
            len(errors),
            "the radius ε* from the identity is the first zero of the simulated φ",
            f"largest relative distance; ε* is finite in {finite} of {len(errors)} seeds",
        ),
        none_of(
            "T5.beyond_radius",
            beyond,
            finite,
            "φ(ε) ≥ 0 also beyond ε*",
            "seeds with φ < 0 at 1.001 ε*",
            must="fail",
        ),
    ]
