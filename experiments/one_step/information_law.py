"""How often the sign of the alignment is right when the student sees samples: a law in total nats (T9).

    python -m experiments run information_law --profile paper

Cost on two cores: quick about 15 seconds, paper about 3 minutes.

Every image gets one label, drawn from the teacher's softmax over the auxiliary logits; the student takes one
maximum-likelihood step on N such labels, from a shared initialisation. Repeated with fresh labels, for several
numbers of images N and several ε, chosen so that ε²NA/2, the information to first order, runs through ``nats``;
the exact information of the N labels, N·KL(teacher ‖ reference), is what the record calls total nats.

Expect P(Δθ_S·v > 0) = Φ(√(2·nats)): about .62 at .05 nats, .92 at 1, .99 at 2.7, for every initialisation. The law is
asymptotic in ε: pooled shares are within .01 of it for N ≥ 256, and up to .02 below it for N = 64 at 1 to 3 nats.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import optax

from subtheory._keys import key_for
from subtheory.setting.data import Dataset
from subtheory.simulation.samples import sampled_label_update
from subtheory.simulation.teacher import teacher_outputs
from subtheory.theory.sampling import fisher_information, information_per_sample

from .image_setting import image_problem

PAPER = ()
CLAIMS = ("T9",)
COST = {"quick": 10, "paper": 180}


@dataclass(frozen=True)
class Config:
    """What is run; ``nats`` are first-order targets for the information of a whole data set of N labels."""

    seeds: int
    data: str = "digits"
    hidden: tuple[int, ...] = (32, 32)
    activation: str = "tanh"
    auxiliary: int = 3
    trait_images: int = 1024
    images: tuple[int, ...] = (64, 256, 1024)
    nats: tuple[float, ...] = (0.02, 0.05, 0.2, 0.6, 1.5, 3.3)
    repetitions: int = 2000
    batch: int = 50


PRESETS = {"quick": Config(seeds=2, images=(64, 256), repetitions=1000), "paper": Config(seeds=6)}


def chunks(config: Config) -> range:
    """One chunk per seed, an initialisation with its own images and labels."""
    return range(config.seeds)


def run_chunk(config: Config, chunk: int, data: Dataset) -> list[dict[str, Any]]:
    """All N and ε for one initialisation."""
    problem = image_problem(data, config.hidden, config.activation, config.auxiliary, config.trait_images)
    params = problem.init(chunk, "teacher init")
    order = jax.random.permutation(key_for(chunk, "images"), len(data.train_images))
    program = _program(problem, config.repetitions, config.batch)
    rows = []
    for count in config.images:
        inputs = jnp.asarray(data.train_images)[order[:count]]
        for place, nats in enumerate(config.nats):
            values = program(params, inputs, key_for(chunk, "labels", count, place), nats)
            epsilon = float(values.pop("epsilon"))
            row = {"seed": chunk, "condition": "sampled labels", "images": count, "epsilon": epsilon, "target": nats}
            rows += [{**row, "metric": name, "value": value} for name, value in values.items()]
    return rows


@lru_cache(maxsize=16)
def _program(problem, repetitions: int, batch: int):
    @jax.jit
    def program(params, inputs, key, nats):
        setting = problem.setting(params, params, inputs)
        v, count = setting.update_direction(), inputs.shape[0]
        fisher = fisher_information(setting)
        epsilon = jnp.sqrt(2 * nats / (count * fisher))
        logits = teacher_outputs(setting, epsilon)
        labels = jax.random.categorical(key, logits, shape=(repetitions, count))

        def one(drawn):
            return optax.tree.vdot(sampled_label_update(setting, drawn), v)

        products = jax.lax.map(one, labels, batch_size=batch)
        return {
            "epsilon": epsilon,
            "total nats": count * information_per_sample(setting, epsilon),
            "positive": jnp.sum(products > 0),
            "repetitions": jnp.asarray(repetitions),
            "mean inner product": jnp.mean(products),
            "predicted inner product": epsilon * fisher,
        }

    return program
