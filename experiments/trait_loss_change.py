"""How much one imitation step changes the trait loss: shared and independent initialisations, over ε and α (T2, T4).

    python -m experiments run trait_loss_change --profile paper

Cost on two cores: quick about 10 seconds, paper about 40 seconds.

For every seed one teacher and one student step from a *shared* initialisation, beside −αεA; and from
*independent* ones, measured in three ways: *naive* (the student imitates the trained teacher), *untrained* (it
imitates the teacher before its training, so that nothing of the trait can be learnt) and *paired* (the difference
of the two updates: what the training added). All seeds at one reference ε and α, the first ``sweep_seeds`` over ε
and over α too.

Expect: shared, the loss falls for every seed, by αεA up to a remainder that is linear in ε and α. Independent and
naive, it falls in about three of four, because imitating any untrained network shrinks the student's outputs: the
untrained teacher does the same, seed by seed. Paired, it falls in half.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jax
import optax

from subtheory.setting.data import Dataset
from subtheory.simulation.step import realised_trait_loss_change
from subtheory.simulation.student import distilled_update, paired_update, untrained_teacher_update
from subtheory.theory.initialisation import paired_response
from subtheory.theory.theorem import predicted_trait_loss_change

from .image_setting import image_problem, log_grid


@dataclass(frozen=True)
class Config:
    """What is run; ε and α are the learning rates of teacher and student."""

    seeds: int
    data: str = "digits"
    hidden: tuple[int, ...] = (64, 64)
    activation: str = "tanh"
    auxiliary: int = 3
    inputs: int = 256
    trait_images: int = 1024
    loss: str = "softmax cross-entropy"
    epsilon: float = 1e-2
    alpha: float = 1e-2
    sweep_seeds: int = 20
    sweep_points: int = 9
    smallest_epsilon: float = 1e-4
    largest_epsilon: float = 1e2
    smallest_alpha: float = 1e-4
    largest_alpha: float = 1e4


PRESETS = {"quick": Config(seeds=40, sweep_seeds=3), "paper": Config(seeds=300)}


def chunks(config: Config) -> range:
    """One chunk per seed."""
    return range(config.seeds)


def run_chunk(config: Config, chunk: int, data: Dataset) -> list[dict[str, Any]]:
    """The reference ε and α, and for the first seeds the sweeps."""
    problem = image_problem(data, config.hidden, config.activation, config.auxiliary, config.trait_images)
    teacher, other = problem.init(chunk, "teacher init"), problem.init(chunk, "student init")
    inputs = problem.noise(chunk, config.inputs)
    rows = []
    for sweep, epsilon, alpha in _sweep(config, chunk):
        values = _program(problem, config.loss)(teacher, other, inputs, epsilon, alpha)
        for (condition, metric), value in values.items():
            row = {"seed": chunk, "condition": condition, "metric": metric, "value": value}
            rows.append({**row, "sweep": sweep, "epsilon": epsilon, "alpha": alpha})
    return rows


def _sweep(config: Config, seed: int) -> list[tuple[str, float, float]]:
    points = [("reference", config.epsilon, config.alpha)]
    if seed < config.sweep_seeds:
        for epsilon in log_grid(config.smallest_epsilon, config.largest_epsilon, config.sweep_points):
            points.append(("epsilon", epsilon, config.alpha))
        for alpha in log_grid(config.smallest_alpha, config.largest_alpha, config.sweep_points):
            points.append(("alpha", config.epsilon, alpha))
    return points


@lru_cache(maxsize=16)
def _program(problem, loss: str):
    @jax.jit
    def program(teacher, other, inputs, epsilon, alpha):
        shared = problem.setting(teacher, teacher, inputs, loss)
        apart = problem.setting(teacher, other, inputs, loss)
        change = "trait loss change"

        def step(setting, update):
            return realised_trait_loss_change(setting, update, alpha)

        gradient = jax.grad(problem.trait_loss)(other)
        return {
            ("shared", change): step(shared, distilled_update(shared, epsilon)),
            ("shared", "predicted"): predicted_trait_loss_change(shared, epsilon, alpha),
            ("naive", change): step(apart, distilled_update(apart, epsilon)),
            ("untrained", change): step(apart, untrained_teacher_update(apart)),
            ("paired", change): step(apart, paired_update(apart, epsilon)),
            ("paired", "predicted"): alpha * epsilon * optax.tree.vdot(gradient, paired_response(apart)),
        }

    return program
