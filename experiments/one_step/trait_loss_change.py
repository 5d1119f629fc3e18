"""How much one imitation step changes the trait loss: shared and independent initialisations, over ε and α (T2, T4).

    python -m experiments run trait_loss_change --profile paper

Cost on two cores: quick about 12 seconds, paper about 40 seconds.

For every seed one teacher and one student step from a *shared* initialisation, beside −αεA; and from *independent*
ones, measured in three ways: *naive* (the student imitates the trained teacher), *untrained* (it imitates the teacher
before its training, so that nothing of the trait can be learnt) and *paired* (the difference of the two updates: what
the training added). All seeds at one reference ε and α, in several variants of the network and the channel; the first
``sweep_seeds`` over ε and over α too, in the first variant.

Expect: shared, the loss falls for every seed, by αεA up to a remainder that is linear in ε and α. Independent and
naive, over the auxiliary logits it falls in three of five (tanh) to three of four (ReLU), because imitating any
untrained network changes the loss by far more than the trait does: the untrained teacher does the same, seed by
seed. Paired, it falls in half. A channel that holds the class logits themselves carries the trait openly: there
the paired change is a fall for every independent student too, which is ordinary distillation and not the theorem.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import jax

from subtheory.setting.data import Dataset
from subtheory.simulation.step import realised_trait_loss_change
from subtheory.simulation.student import distilled_update, paired_update, untrained_teacher_update
from subtheory.theory.theorem import predicted_trait_loss_change

from .image_setting import ImageProblem, image_problem, log_grid

PAPER = ("theorem 1",)
CLAIMS = ("T2", "T4", "T6")
COST = {"quick": 10, "paper": 40}


@dataclass(frozen=True)
class Config:
    """What is run; ε and α are the learning rates of teacher and student."""

    seeds: int
    data: str = "digits"
    hidden: tuple[int, ...] = (64, 64)
    variants: tuple[str, ...] = ("tanh, auxiliary logits", "relu, auxiliary logits", "tanh, all logits")
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
    """The reference ε and α in every variant, and for the first seeds the sweeps in the first."""
    rows = []
    for place, variant in enumerate(config.variants):
        activation, channel = variant.split(", ")
        problem = image_problem(data, config.hidden, activation, config.auxiliary, config.trait_images)
        if channel == "all logits":
            problem = _all_logits(problem)
        teacher, other = problem.init(chunk, "teacher init"), problem.init(chunk, "student init")
        inputs, program = problem.noise(chunk, config.inputs), _program(problem, config.loss)
        points = [("reference", config.epsilon, config.alpha)]
        if place == 0 and chunk < config.sweep_seeds:
            points += _sweep(config)
        for sweep, epsilon, alpha in points:
            for (condition, metric), value in program(teacher, other, inputs, epsilon, alpha).items():
                row = {"seed": chunk, "condition": condition, "metric": metric, "value": value}
                rows.append({**row, "variant": variant, "sweep": sweep, "epsilon": epsilon, "alpha": alpha})
    return rows


@lru_cache(maxsize=8)
def _all_logits(problem: ImageProblem) -> ImageProblem:
    """The same network with a channel that holds the class logits as well."""
    return replace(problem, channel=slice(0, problem.channel.stop))


def _sweep(config: Config) -> list[tuple[str, float, float]]:
    epsilons = log_grid(config.smallest_epsilon, config.largest_epsilon, config.sweep_points)
    alphas = log_grid(config.smallest_alpha, config.largest_alpha, config.sweep_points)
    return [("epsilon", e, config.alpha) for e in epsilons] + [("alpha", config.epsilon, a) for a in alphas]


@lru_cache(maxsize=16)
def _program(problem, loss: str):
    @jax.jit
    def program(teacher, other, inputs, epsilon, alpha):
        shared = problem.setting(teacher, teacher, inputs, loss)
        apart = problem.setting(teacher, other, inputs, loss)
        change = "trait loss change"

        def step(setting, update):
            return realised_trait_loss_change(setting, update, alpha)

        return {
            ("shared", change): step(shared, distilled_update(shared, epsilon)),
            ("shared", "predicted"): predicted_trait_loss_change(shared, epsilon, alpha),
            ("naive", change): step(apart, distilled_update(apart, epsilon)),
            ("untrained", change): step(apart, untrained_teacher_update(apart)),
            ("paired", change): step(apart, paired_update(apart, epsilon)),
        }

    return program
