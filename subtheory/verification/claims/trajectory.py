"""T14: every step of imitation points at the teacher while a certificate holds, and what breaks it."""

from __future__ import annotations

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import optax

from ..._tree import inner, move
from ..._typing import Params, TraitLoss
from ...setting import model as models
from ...setting.loss import squared_error
from ...setting.setting import Setting
from ...simulation.student import student_update
from ...theory.flow import channel_spectrum
from ...theory.trajectory import imitation_terms
from ..claim import Claim, close, none_of
from ..laboratory import Draw, Laboratory
from ..training_report import TrainingReport, verify_training

TAUGHT = 30
STEPS = 60
RATE = 2.0
INPUTS = 64
WIDTHS = (16, 16)


def claims(lab: Laboratory) -> list[Claim]:
    """Teachers of 30 Adam steps; students by plain descent from the teacher's start and another, and by Adam."""
    drawn = lab.draws("T14", lab.seeds, lab.model(WIDTHS), INPUTS)
    draws = [jax.tree.map(lambda leaf, seed=seed: leaf[seed], drawn) for seed in range(lab.seeds)]
    settings = [lab.setting(draw, lab.model(WIDTHS)) for draw in draws]
    trait_loss = lab.trait(lab.model(WIDTHS))
    teachers = [taught(trait_loss, setting.teacher_init) for setting in settings]
    shared, other, adam = [], [], []
    descent, moments = optax.sgd(RATE), optax.adam(3e-2)
    for setting, teacher, draw in zip(settings, teachers, draws, strict=True):
        elsewhere = dataclasses.replace(setting, student_init=draw.other_init)
        shared.append(verify_training(setting, teacher, descent, STEPS))
        other.append(verify_training(elsewhere, teacher, descent, STEPS))
        adam.append(verify_training(setting, teacher, moments, STEPS))
    every = [*shared, *other, *adam]
    bounded = [_within(report) for report in every]
    lost = [int(np.sum(~report.certified)) for report in other]
    return [
        close(
            "T14.identity",
            max(report.identity_error for report in every),
            0.0,
            1e-10,
            STEPS * len(every),
            "−∇L_S·(θ_T − θ) = S − ρ at every step: shared and other start, plain descent and Adam",
            "largest difference, relative to S + |ρ|",
        ),
        none_of(
            "T14.certificate",
            sum(int(np.sum(report.certified & ~(report.progress > 0))) for report in every),
            sum(int(np.sum(report.certified)) for report in every),
            "where S > |ρ| the student's gradient points at the teacher",
            "certified steps in which it did not, by the gradient itself",
        ),
        none_of(
            "T14.closer",
            sum(int(np.sum(report.guaranteed & ~report.closer)) for report in [*shared, *other]),
            sum(int(np.sum(report.guaranteed)) for report in [*shared, *other]),
            "a certified step of plain descent below 2(S − ρ)/‖∇L_S‖² comes closer to the teacher's parameters",
            f"such steps in which the distance did not fall; shared starts end at {_ends(shared)} of the first",
        ),
        none_of(
            "T14.cosine",
            sum(int(np.sum(inside & ~above)) for inside, above in bounded),
            sum(int(np.sum(inside)) for inside, _ in bounded),
            "no further from the teacher than at first, the displacements' cosine is ≥ ‖d‖/(2‖w‖)",
            f"steps below it; cosine {min(report.cosine[-1] for report in shared):.2f} to "
            f"{max(report.cosine[-1] for report in shared):.2f} at the end of shared starts",
        ),
        none_of(
            "T14.certified.other_init",
            sum(lost),
            STEPS * len(other),
            "every step is certified from another initialisation too",
            f"steps that are not; from the shared one {sum(int(np.sum(~report.certified)) for report in shared)}",
            must="fail",
        ),
        none_of(
            "T14.closer.adam",
            sum(int(np.sum(report.certified & ~report.closer)) for report in adam),
            sum(int(np.sum(report.certified)) for report in adam),
            "certified steps of Adam come closer too",
            f"certified steps in which the distance rose; it ends at {_ends(adam)} of the first",
            must="fail",
        ),
        _permuted(settings, teachers),
        *_linear(lab),
    ]


def taught(trait_loss: TraitLoss, start: Params) -> Params:
    """θ_T: the trait by Adam, which plays no part in what T14 says."""
    optimiser = optax.adam(1e-2)

    @jax.jit
    def train(params):
        def step(carry, _):
            params, state = carry
            update, state = optimiser.update(jax.grad(trait_loss)(params), state, params)
            return (optax.apply_updates(params, update), state), None

        with jax.numpy_dtype_promotion("standard"):
            (params, _), _ = jax.lax.scan(step, (params, optimiser.init(params)), None, length=TAUGHT)
        return params

    return train(start)


def _within(report: TrainingReport) -> tuple[np.ndarray, np.ndarray]:
    """Where the bound on the cosine is promised, and where it is kept, to rounding."""
    return report.distance[1:] <= report.distance[0], report.cosine >= report.cosine_bound - 1e-12


def _ends(reports: list[TrainingReport]) -> str:
    ends = [report.distance[-1] / report.distance[0] for report in reports]
    return f"{min(ends):.2f} to {max(ends):.2f}"


def _permuted(settings: list[Setting], teachers: list) -> Claim:
    """A student that is given the channel's outputs in another order follows no teacher of these parameters."""
    errors = []
    for setting, teacher in zip(settings, teachers, strict=True):
        targets = jnp.roll(setting.channel_outputs(teacher), 1, axis=-1)
        way = jax.tree.map(jnp.subtract, teacher, setting.student_init)
        terms = imitation_terms(setting, setting.student_init, teacher)
        progress = inner(student_update(setting, targets), way)
        errors.append(float(jnp.abs(progress - terms.progress) / (terms.monotone + jnp.abs(terms.remainder))))
    return close(
        "T14.permuted_outputs",
        min(errors),
        0.0,
        1e-10,
        len(errors),
        "the same for a student that is given the teacher's outputs in another order",
        "smallest relative difference over seeds, at the start",
        must="fail",
    )


def _linear(lab: Laboratory) -> list[Claim]:
    """Linear in θ: ρ = 0, and closer at every step for η < 2/λ_max, from any start."""
    linear = models.linear(lab.pixels, 13)
    drawn = lab.draws("T14 linear", lab.seeds, linear, INPUTS)
    rose, far, remainders = 0, 0, []
    for seed in range(lab.seeds):
        draw: Draw = jax.tree.map(lambda leaf, seed=seed: leaf[seed], drawn)
        setting = lab.setting(draw, linear, loss=squared_error, shared=False)
        teacher = move(draw.init, 1.0, setting.update_direction())
        top = channel_spectrum(dataclasses.replace(setting, teacher_update=draw.other_init)).largest
        below, above = (verify_training(setting, teacher, optax.sgd(share / top), 40) for share in (1.98, 2.5))
        rose += int(np.sum(~below.closer))
        far += int(np.sum(~above.closer))
        remainders.append(float(np.max(np.abs(below.remainder) / below.monotone)))
    n = 40 * lab.seeds
    return [
        none_of(
            "T14.linear",
            rose,
            n if max(remainders) < 1e-9 else 0,
            "a model that is linear in θ comes closer at every step for η ≤ 1.98/λ_max, from any start; ρ = 0",
            f"steps in which the distance did not fall; largest |ρ|/S {max(remainders):.1g}",
        ),
        none_of(
            "T14.linear.large_rate",
            far,
            n,
            "and for η = 2.5/λ_max",
            "steps in which the distance did not fall",
            must="fail",
        ),
    ]
