"""Where do T15's three bridges hold? Formula, linearised training and the network, by width, rate, steps and ‖v‖.

    python -m experiments run flow_map --profile paper

Cost on two cores: quick (2 development seeds, width 8) about 15 seconds, paper (10 seeds) about 50 seconds.

A tanh network 64-h-h-13 is taught digits; v is its displacement. Teachers θ₀ + s·v, from nearly nothing (s = 0.01) to
the real one (s = 1), are imitated from θ₀ on 64 noise images by their three auxiliary logits, squared error and full
batches, at rates that are a multiple of 2/λ_max, the largest at which T12's alignment never turns. After every so many
steps three displacements are compared: (i) the spectral formula u_k = ‖w‖ Σ (1 − (1 − ηλ_i)^k)…, from one Krylov space
for all rates, steps and sizes; (ii) the network linearised at θ₀, trained; (iii) the network itself, trained.

Preregistered: development seeds 0 and 1 (profile quick), test seeds 1000 to 1009. Unit: the seed. (i) and (ii) are held
to agree to rounding wherever ηλ_max ≤ 2 (relative distance below 1e-8, float64). (iii) is held to follow where
its relative distance from (i) is at most 0.1, and the map says for which width, rate, steps and s that is so in the
median seed. No test: a map. Recorded besides: accuracy of (i)'s parameters and of the network's.

Expect: (iii) departs in proportion to s, hardly with the rate below the bound, more with steps, less with width; above
the bound everything departs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any

import jax
import jax.numpy as jnp
import optax

import subtheory as st
from experiments.auxiliary_logits.common.protocol import Protocol
from experiments.harness.presets import seeds_of
from subtheory._tree import inner, move, scaled
from subtheory.setting.data import Dataset
from subtheory.setting.setting import Setting
from subtheory.simulation.linearised import linearised
from subtheory.simulation.trajectory import imitate
from subtheory.theory.gauss_newton import gauss_newton_operator
from subtheory.theory.krylov import conveyed, krylov_space

from .common.stage import Play, Stage, on_stage

PAPER = ()
CLAIMS = ("T12", "T15")
COST = {"quick": 10, "paper": 50}

WIDTHS, SIZES, BOUNDS, LOOKS = (8, 32, 128), (0.01, 0.03, 0.1, 0.3, 1.0), (0.1, 0.5, 0.95, 1.05), (10, 30, 100)
SMALL = Protocol(
    hidden=(16, 16), activation="tanh", batch=128, teacher_rate=1e-3, teacher_epochs=15, noise=64, theory_inputs=64
)


@dataclass(frozen=True)
class Config:
    """What is run: ``seeds`` seeds from ``first_seed`` on.

    Attributes:
        seeds: how many.
        first_seed: the first.
        data: the data set.
        widths: h.
        sizes: s.
        bounds: the rate in units of 2/λ_max.
        looks: steps after which the three are compared.
        protocol: how the teacher is trained, and how many inputs there are.
    """

    seeds: int
    first_seed: int = 1000
    data: str = "digits"
    widths: tuple[int, ...] = WIDTHS
    sizes: tuple[float, ...] = SIZES
    bounds: tuple[float, ...] = BOUNDS
    looks: tuple[int, ...] = LOOKS
    protocol: Protocol = SMALL


PRESETS = {"quick": Config(seeds=2, first_seed=0, widths=(8,)), "paper": Config(seeds=10)}


def chunks(config: Config) -> range:
    """One chunk per seed."""
    return seeds_of(config)


def check(config: Config, data: Dataset) -> None:
    """Raise ValueError if the data have fewer classes than the protocol asks for."""
    config.protocol.seen(data)


def run_chunk(config: Config, chunk: int, data: Dataset) -> list[dict[str, Any]]:
    """The map of one seed."""
    rows = []
    for width in config.widths:
        protocol = replace(config.protocol, hidden=(width, width))
        found = on_stage(_play(config.sizes, config.bounds, config.looks), protocol, chunk, data)
        for at, bound in enumerate(config.bounds):
            for look, step in enumerate(config.looks):
                row = {"seed": chunk, "width": width, "bound": bound, "step": step}
                line = float(found["linearised"][at, look])
                rows.append({**row, "condition": "linearised", "metric": "distance", "value": _short(line)})
                for number, size in enumerate(config.sizes):
                    there = {**row, "condition": "network", "size": size}
                    rows += [
                        {**there, "metric": metric, "value": _short(found[metric][at, number, look])}
                        for metric in ("distance", "accuracy", "predicted accuracy")
                    ]
    return rows


def _short(value: Any) -> float:
    return float(f"{value:.4g}")


@lru_cache(maxsize=8)
def _play(*numbers: tuple) -> Play:
    return partial(play, sizes=numbers[0], bounds=numbers[1], looks=numbers[2])


def play(
    stage: Stage, test_images: jax.Array, test_labels: jax.Array, sizes: tuple, bounds: tuple, looks: tuple
) -> dict[str, jax.Array]:
    """Metric → [bounds, sizes, looks], of the linearised network without sizes: all of it is in proportion to s."""
    setting = replace(stage.setting(stage.reference), imitation_loss=st.losses.squared_error)
    v, kind = stage.displacement, stage.inputs.dtype
    outputs = len(setting.inputs) * (stage.channel.stop - stage.channel.start)
    space = krylov_space(gauss_newton_operator(setting), v, outputs + 1)

    def judged(moved):
        return stage.class_accuracy(move(stage.reference, 1.0, moved), test_images, test_labels)

    def one(bound):
        rate = 2 * bound / space.values[-1]
        law = [space.apply(conveyed(rate, steps)) for steps in looks]
        line = _course(linearised(setting), v, rate, looks)

        def network(size):
            formula = [scaled(size, u) for u in law]
            real = _course(setting, scaled(size, v), rate, looks)
            return {
                "distance": jnp.stack([_apart(a, b) for a, b in zip(real, formula, strict=True)]),
                "accuracy": jnp.stack([judged(moved) for moved in real]),
                "predicted accuracy": jnp.stack([judged(u) for u in formula]),
            }

        apart = jnp.stack([_apart(a, b) for a, b in zip(line, law, strict=True)])
        return {**jax.lax.map(network, jnp.asarray(sizes, kind)), "linearised": apart}

    return jax.lax.map(one, jnp.asarray(bounds, kind))


def _course(setting: Setting, displacement: Any, rate: Any, looks: tuple[int, ...]) -> list[Any]:
    """Where descent stands, less where it began, after every number of steps."""
    teacher, found, start, done = move(setting.student_init, 1.0, displacement), [], setting.student_init, 0
    for steps in looks:
        now = replace(setting, student_init=start)
        start = imitate(now, teacher, optax.sgd(rate), steps - done).params
        done = steps
        found.append(jax.tree.map(jnp.subtract, start, setting.student_init))
    return found


def _apart(one: Any, other: Any) -> jax.Array:
    """‖one − other‖/‖other‖; a million where it is more, or a training left all bounds."""
    left = jax.tree.map(jnp.subtract, one, other)
    ratio = jnp.sqrt(inner(left, left) / inner(other, other))
    most = jnp.full_like(ratio, 1e6)
    return jnp.where(ratio < most, ratio, most)
