"""T1: Lemma 1, its sign over thousands of random instances, its size, and the order of its remainder."""

from __future__ import annotations

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np

from ..._tree import cosine
from ...setting.broken_loss import arg_max_labels, repelled
from ...setting.loss import reverse_kl, softmax_cross_entropy, squared_error
from ...simulation.step import inner_product
from ...simulation.student import distilled_update
from ...theory.lemma import alignment_slope, second_order_coefficient
from ..claim import Claim, close, none_of
from ..instances import designs, draw, initial_params, random_setting
from ..laboratory import Laboratory
from .counterexample import claims as counterexample_claims

INSTANCES = 2048
EPSILON = 1e-5
ROUNDING = 1e-9
CONTROLLED = 2
STEPS = np.array([1e-2, 3e-3, 1e-3, 3e-4, 1e-4])


def claims(lab: Laboratory) -> list[Claim]:
    """Sign, size and remainder; then the adversarial search."""
    return [*_sign(lab), *_size(lab), *counterexample_claims(lab)]


def _sign(lab: Laboratory) -> list[Claim]:
    chosen = designs()
    each = -(-max(INSTANCES, 64 * lab.seeds) // len(chosen))

    def cosine_of(setting):
        return cosine(distilled_update(setting, EPSILON), setting.teacher_update)

    def controls(design, random, setting):
        other = initial_params(design, random.other_init, random.scale)
        return {
            "wrong_loss": cosine_of(dataclasses.replace(setting, imitation_loss=repelled)),
            "hard_labels": cosine_of(dataclasses.replace(setting, imitation_loss=arg_max_labels)),
            "other_init": cosine_of(dataclasses.replace(setting, student_init=other)),
        }

    violations, failed, controlled = 0, dict.fromkeys(("wrong_loss", "hard_labels", "other_init"), 0), 0
    for number, design in enumerate(chosen):

        def one(random, design=design, with_controls=number < CONTROLLED):
            setting = random_setting(random, design)
            return cosine_of(setting), controls(design, random, setting) if with_controls else {}

        cosines, others = jax.tree.map(np.asarray, jax.jit(jax.vmap(one))(draw(design, number, each)))
        violations += int(np.sum(~(cosines >= -ROUNDING)))
        controlled += each if others else 0
        for name, values in others.items():
            failed[name] += int(np.sum(values < -ROUNDING))
    tried = each * len(chosen)
    done = "instances with φ < 0 beyond rounding, v arbitrary, ε|Jv| = 1e-5"
    words = {
        "wrong_loss": "φ(ε) ≥ 0 also with a loss that breaks P2 (negated squared error)",
        "hard_labels": "φ(ε) ≥ 0 also with a loss that breaks P1 (the teacher's arg-max labels)",
        "other_init": "φ(ε) ≥ 0 also for a student of another initialisation",
    }
    return [
        none_of(
            "T1.sign",
            violations,
            tried,
            f"φ(ε) ≥ 0 in every instance of {len(chosen)} designs: architecture × activation × loss × inputs × channel",
            done,
        ),
        *[
            none_of(f"T1.sign.{name}", count, controlled, words[name], done, must="fail")
            for name, count in failed.items()
        ],
    ]


def _slopes(steps: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """Slope of log error against log step, one per row."""
    return np.polyfit(np.log(steps), np.log(np.abs(errors)).reshape(-1, len(steps)).T, 1)[0]


def _size(lab: Laboratory) -> list[Claim]:
    losses = (softmax_cross_entropy, squared_error, reverse_kl)

    def one(draw):
        rows = []
        for loss in losses:
            setting = lab.setting(draw, loss=loss)
            phi = jax.lax.map(lambda e, s=setting: inner_product(s, e), jnp.asarray(STEPS))
            rows.append((phi, alignment_slope(setting), second_order_coefficient(setting)))
        other = lab.setting(draw, shared=False)
        return rows, jax.lax.map(lambda e: inner_product(other, e), jnp.asarray(STEPS)), alignment_slope(other)

    rows, other_phi, other_slope = lab.per_seed(one, "T1 size")
    remainders = np.concatenate([phi / STEPS - slope[:, None] for phi, slope, _ in rows])
    slopes = _slopes(STEPS, remainders)
    finest = [(phi[:, -2:], slope) for phi, slope, _ in rows]
    # Richardson: the O(ε) part of φ/ε cancels between the two finest steps
    a, b = STEPS[-2:]
    extrapolated = [(a * phi[:, 1] / b - b * phi[:, 0] / a) / (a - b) for phi, _ in finest]
    size_error = max(float(np.max(np.abs(e / slope - 1))) for e, (_, slope) in zip(extrapolated, finest, strict=True))
    second = [(phi[:, 2] / STEPS[2] - slope) / STEPS[2] for phi, slope, _ in rows]
    second_error = np.concatenate(
        [
            np.abs(found - predicted) / np.max(np.abs(predicted))
            for found, (_, _, predicted) in zip(second, rows, strict=True)
        ]
    )
    other_slopes = _slopes(STEPS, other_phi / STEPS - other_slope[:, None])
    n = slopes.size
    return [
        close(
            "T1.size",
            size_error,
            0.0,
            1e-5,
            n,
            "the simulated φ(ε)/ε tends to A = vᵀGv",
            "largest relative distance of the extrapolated slope from A, three losses",
        ),
        close(
            "T1.slope",
            float(slopes[np.argmax(np.abs(slopes - 1))]),
            1.0,
            0.1,
            n,
            "|φ(ε)/ε − A| falls with slope 1 in log-log",
            "fitted slope furthest from 1, ε from 1e-2 to 1e-4, three losses",
        ),
        close(
            "T1.second_order",
            float(np.max(second_error)),
            0.0,
            0.05,
            n,
            "the coefficient of the remainder is ½φ''(0)",
            "largest distance at ε = 1e-3, relative to the largest coefficient",
        ),
        close(
            "T1.slope.other_init",
            float(np.median(other_slopes)),
            1.0,
            0.1,
            len(other_slopes),
            "|φ(ε)/ε − A| falls with slope 1 also for a student of another initialisation",
            "median fitted slope",
            must="fail",
        ),
    ]
