"""Which initialisations align the student's update with the teacher's: cosines over many inits (T1, T4, T13).

    python -m experiments run init_alignment --profile paper

Cost on two cores: quick about 6 seconds, paper about 20 seconds.

For every seed the cosine of the student's update with the teacher's v: *shared* init; *independent* inits,
*naive* and *paired* (trained minus untrained teacher); a student whose hidden units are a *permutation* of the
teacher's, in *raw* coordinates and after undoing the permutation (*aligned*); and paired cosines for students at
(1 − t)·shared + t·independent.

Expect, on digits: shared, φ > 0 for every seed, cosine 0.104 ± 0.023; paired, φ > 0 in about half and cosines
centred at 0 with a spread of about 0.02; aligned equal to shared up to rounding, raw near 0; interpolated, a
smooth decay in t.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp

from subtheory._keys import key_for
from subtheory._tree import cosine
from subtheory.setting.data import Dataset
from subtheory.setting.init import aligned, hidden_permutations, interpolated, permuted
from subtheory.simulation.student import distilled_update, paired_update

from .image_setting import image_problem

PAPER = ()
CLAIMS = ("T1", "T4", "T13")
COST = {"quick": 10, "paper": 20}


@dataclass(frozen=True)
class Config:
    """What is run; t is the share of the independent init."""

    seeds: int
    data: str = "digits"
    hidden: tuple[int, ...] = (64, 64)
    activation: str = "tanh"
    auxiliary: int = 3
    inputs: int = 256
    trait_images: int = 1024
    loss: str = "softmax cross-entropy"
    epsilon: float = 1e-2
    mixtures: tuple[float, ...] = (0.0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1.0)


PRESETS = {"quick": Config(seeds=40), "paper": Config(seeds=300)}


def chunks(config: Config) -> range:
    """One chunk per seed, a pair of initialisations."""
    return range(config.seeds)


def run_chunk(config: Config, chunk: int, data: Dataset) -> list[dict[str, Any]]:
    """Cosines of every condition for one pair of initialisations."""
    problem = image_problem(data, config.hidden, config.activation, config.auxiliary, config.trait_images)
    teacher, other = problem.init(chunk, "teacher init"), problem.init(chunk, "student init")
    inputs, t = problem.noise(chunk, config.inputs), jnp.asarray(config.mixtures)
    program = _program(problem, config.loss)
    cosines, mixed = program(teacher, other, key_for(chunk, "permutations"), inputs, config.epsilon, t)
    row = {"seed": chunk, "metric": "cosine"}
    rows = [{**row, "condition": condition, "value": value} for condition, value in cosines.items()]
    for share, value in zip(config.mixtures, mixed, strict=True):
        rows.append({**row, "condition": "interpolated paired", "value": value, "t": share})
    return rows


@lru_cache(maxsize=16)
def _program(problem, loss: str):
    @jax.jit
    def program(teacher, other, key, inputs, epsilon, mixtures):
        permutations = hidden_permutations(teacher, key)

        def student(init):
            return problem.setting(teacher, init, inputs, loss)

        v = student(teacher).update_direction()

        def mixed(t):
            return cosine(paired_update(student(interpolated(teacher, other, t)), epsilon), v)

        naive = distilled_update(student(other), epsilon)
        raw = distilled_update(student(permuted(teacher, permutations)), epsilon)
        cosines = {
            "shared": cosine(distilled_update(student(teacher), epsilon), v),
            "independent naive": cosine(naive, v),
            "independent paired": cosine(paired_update(student(other), epsilon), v),
            "permuted raw": cosine(raw, v),
            "permuted aligned": cosine(aligned(raw, permutations), v),
        }
        return cosines, jax.lax.map(mixed, mixtures)

    return program
