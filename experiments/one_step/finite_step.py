"""What holds at a finite ε: the identity of T5, its certificate of the sign, and the radius where φ first turns.

    python -m experiments run finite_step --profile paper

Cost on two cores: quick about 12 seconds, paper about 1 minute.

From a shared initialisation, for ε from 1e-6 to 100: εφ(ε) simulated by a teacher's and a student's step, beside
the monotone term and the remainder term of the identity, computed without any step, and the relative size of
rounding, u·(1 + rms(z)/(ε·rms(Jv))). The radius ε* is the first zero of φ, the certified radius that of monotone
− |remainder|, both bracketed. Once for the network, and once for the same network *linearised* in its parameters
at θ₀: there the remainder vanishes and φ never turns.

Expect: the identity holds to twice the rounding for every ε and seed; φ > 0 wherever the certificate says so, for
every seed up to ε of about 20; the network turns between 30 and 600 (14 of 20 seeds) or not before 10 000; the
linearised one for no seed and no ε.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp

from subtheory.setting.data import Dataset
from subtheory.simulation.step import inner_product
from subtheory.theory.gauss_newton import output_change
from subtheory.theory.lemma import alignment_slope
from subtheory.theory.radius import finite_step, first_zero

from .image_setting import ImageProblem, image_problem, linearised, log_grid

PAPER = ()
CLAIMS = ("T5",)
COST = {"quick": 15, "paper": 60}

MODELS = ("network", "linearised")


@dataclass(frozen=True)
class Config:
    """What is run; ε is the teacher's learning rate."""

    seeds: int
    data: str = "digits"
    hidden: tuple[int, ...] = (64, 64)
    activation: str = "tanh"
    auxiliary: int = 3
    inputs: int = 256
    trait_images: int = 1024
    loss: str = "softmax cross-entropy"
    smallest_epsilon: float = 1e-6
    largest_epsilon: float = 1e2
    epsilons: int = 25
    radius_from: float = 1e-1
    radius_to: float = 1e4
    radius_points: int = 81


PRESETS = {"quick": Config(seeds=5), "paper": Config(seeds=20)}


def chunks(config: Config) -> range:
    """One chunk per seed."""
    return range(config.seeds)


def run_chunk(config: Config, chunk: int, data: Dataset) -> list[dict[str, Any]]:
    """The network and its linearisation for one seed."""
    problem = image_problem(data, config.hidden, config.activation, config.auxiliary, config.trait_images)
    params, inputs = problem.init(chunk, "teacher init"), problem.noise(chunk, config.inputs)
    grid = log_grid(config.smallest_epsilon, config.largest_epsilon, config.epsilons)
    rows = []
    for model in MODELS:
        step, identity = _programs(problem, config.loss, model)
        row = {"seed": chunk, "condition": model}
        for epsilon in grid:
            values = step(params, inputs, epsilon)
            rows += [{**row, "metric": name, "value": value, "epsilon": epsilon} for name, value in values.items()]
        slope = identity(params, inputs, config.radius_from)["predicted slope"]
        rows.append({**row, "metric": "predicted slope", "value": slope})
        for metric in ("radius", "certified radius"):
            value = first_zero(
                lambda epsilon, identity=identity, metric=metric: float(identity(params, inputs, epsilon)[metric]),
                config.radius_from,
                config.radius_to,
                config.radius_points,
            )
            rows.append({**row, "metric": metric, "value": value})
    return rows


def _setting(problem: ImageProblem, params, inputs, loss: str, model: str):
    setting = problem.setting(params, params, inputs, loss)
    return setting if model == "network" else linearised(setting)


@lru_cache(maxsize=16)
def _programs(problem: ImageProblem, loss: str, model: str):
    """One simulated step beside the terms of the identity; and, by the identity alone, what is bracketed, beside A."""

    @jax.jit
    def step(params, inputs, epsilon):
        setting = _setting(problem, params, inputs, loss, model)
        z, Jv = output_change(setting, setting.update_direction())
        terms = finite_step(setting, epsilon)
        unit = jnp.finfo(z.dtype).eps
        return {
            "inner product": inner_product(setting, epsilon),
            "monotone": terms.monotone,
            "remainder": terms.remainder,
            "rounding": unit * (1 + jnp.sqrt(jnp.mean(z**2) / jnp.mean(Jv**2)) / epsilon),
        }

    @jax.jit
    def identity(params, inputs, epsilon):
        setting = _setting(problem, params, inputs, loss, model)
        terms = finite_step(setting, epsilon)
        return {
            "predicted slope": alignment_slope(setting),
            "radius": terms.inner_product,
            "certified radius": terms.monotone - jnp.abs(terms.remainder),
        }

    return step, identity
