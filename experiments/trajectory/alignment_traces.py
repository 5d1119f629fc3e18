"""Does the distillation gradient point along the trait's through training, and does taking that out stop transfer?

    python -m experiments run alignment_traces --profile paper

Cost on two cores: quick (2 development seeds of digits) about 40 seconds, paper (12 seeds) about 3 minutes.

Every 32 steps the distillation gradient g is held against the gradient t of the trait loss at the same parameters and
against the teacher's displacement v: g·t and −g·v and their cosines, layer by layer, on one minibatch each. Five
trainings by Adam, on the same minibatches: the *student*; *gradient projected*, t is taken out of g before Adam; *step
projected*, t is taken out of Adam's step; *random projected*, a fixed random direction is taken out of it; and the
*control*, a student of another initialisation. t is that of the class logits' cross-entropy on 512 of the teacher's
images, taken anew at every step. What a look costs is measured by ``python -m benchmarks.traces``.

Preregistered: development seeds 0 and 1 (profile quick), test seeds 1000 to 1011. Unit: the seed. Primary: test
accuracy of *step projected* less that of the *control*, two-sided t-test over seeds; projection counts as a defence if
its mean accuracy lies within the control's 95 % interval while its mean imitation loss is within 5 % of the student's.
Secondary: the same for *gradient projected*; the cosine of g and t, averaged over the looks of the first epoch, by
layer.

Expect, by the development seeds: the student at .62 and .50, step projected at .14 and .10, the control at .22 and
.13, with the student's imitation loss to 2 %; gradient projected at .10, its trait loss far *above* where it began,
for Adam's step leaves the plane; random projected as the student.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import jax
import jax.numpy as jnp
import optax

import subtheory as st
from experiments.auxiliary_logits.common.protocol import Protocol
from experiments.harness.presets import seeds_of
from subtheory._tree import cosine, inner, random_like
from subtheory.setting.channel import select
from subtheory.setting.data import Dataset
from subtheory.simulation.optimisers import OPTIMISERS
from subtheory.simulation.projection import project_out

from .common.stage import LIGHT, Play, Stage, on_stage, plain

PAPER = ()
CLAIMS = ("T1", "T14")
COST = {"quick": 25, "paper": 180}

PRECISION = "float32"

EVERY = 32
"""A look is taken before every so many steps, the first among them."""
PROJECTION_IMAGES = 512
PARTS = ("fc1", "fc2")
"""Layers that both gradients reach: in the head the channel and the classes share no parameter, and g·t is zero."""
LAYERED = ("student", "control")
"""Trainings that are looked at layer by layer."""


@dataclass(frozen=True)
class Config:
    """What is run: ``seeds`` seeds from ``first_seed`` on."""

    seeds: int
    first_seed: int = 1000
    data: str = "digits"
    every: int = EVERY
    projection_images: int = PROJECTION_IMAGES
    protocol: Protocol = LIGHT


PRESETS = {"quick": Config(seeds=2, first_seed=0), "paper": Config(seeds=12)}


def chunks(config: Config) -> range:
    """One chunk per seed."""
    return seeds_of(config)


def check(config: Config, data: Dataset) -> None:
    """Raise ValueError if the data have fewer classes than the protocol asks for."""
    config.protocol.seen(data)


def run_chunk(config: Config, chunk: int, data: Dataset) -> list[dict[str, Any]]:
    """All trainings of one seed."""
    found = on_stage(_play(config.every, config.projection_images), config.protocol, chunk, data)
    rows = []
    for name in TRAININGS:
        ends, looks = found[name]
        row = {"seed": chunk, "condition": name}
        rows += [{**row, "metric": metric, "value": plain(value), "part": "all"} for metric, value in ends.items()]
        for part, metrics in looks.items():
            for metric, values in metrics.items():
                rows += [
                    {**row, "metric": metric, "value": plain(value), "part": part, "step": place * config.every}
                    for place, value in enumerate(values)
                ]
    return rows


def _before(stage: Stage, images: int) -> Callable[[float], optax.GradientTransformation]:
    return lambda rate: optax.chain(project_out(_trait_gradient(stage, images)), _adam(stage)(rate))


def _after(stage: Stage, images: int) -> Callable[[float], optax.GradientTransformation]:
    return lambda rate: optax.chain(_adam(stage)(rate), project_out(_trait_gradient(stage, images)))


def _random(stage: Stage, images: int) -> Callable[[float], optax.GradientTransformation]:
    direction = random_like(stage.keys["defence"], stage.reference)
    return lambda rate: optax.chain(_adam(stage)(rate), project_out(lambda params: direction))


def _adam(stage: Stage, images: int = 0) -> Callable[[float], optax.GradientTransformation]:
    return OPTIMISERS[stage.protocol.student_optimiser]


def _trait_gradient(stage: Stage, images: int) -> Callable[[Any], Any]:
    some = stage.images[:images], stage.labels[:images]
    return lambda params: jax.grad(stage.trait)(params, some)


TRAININGS: dict[str, Callable[[Stage, int], Callable[[float], optax.GradientTransformation]]] = {
    "student": _adam,
    "gradient projected": _before,
    "step projected": _after,
    "random projected": _random,
    "control": _adam,
}


@lru_cache(maxsize=8)
def _play(every: int, images: int) -> Play:
    """The play of one configuration, the same function for the same numbers, so that it is compiled once."""
    return partial(play, every=every, images=images)


def play(stage: Stage, test_images: jax.Array, test_labels: jax.Array, every: int, images: int) -> dict[str, Any]:
    """Training → (metrics that it has once, part → metrics at every look)."""
    targets = select(stage.targets, stage.channel)
    some = stage.images[:images], stage.labels[:images]
    results = {}
    for name, rule in TRAININGS.items():
        start = stage.other if name == "control" else stage.reference
        trained, looks = stage.students(
            {name: start},
            optimiser=rule(stage, images),
            watch=lambda params, name=name: look(stage, params[name], name in LAYERED),
            every=every,
        )
        params = trained[name]
        ends = {
            "test_accuracy": stage.class_accuracy(params, test_images, test_labels),
            "final imitation loss": imitation_loss(stage, params, stage.inputs, targets),
            "final trait loss": stage.trait(params, some),
            "final displacement cosine": cosine(jax.tree.map(jnp.subtract, params, start), stage.displacement),
        }
        results[name] = ends, looks
    return results


def imitation_loss(stage: Stage, params: Any, inputs: jax.Array, targets: jax.Array) -> jax.Array:
    """The mean imitation loss on some inputs."""
    return st.losses.forward_kl.mean(select(stage.apply(params, inputs), stage.channel), targets)


def look(stage: Stage, params: Any, layered: bool) -> dict[str, dict[str, jax.Array]]:
    """Part → metrics at these parameters, on one minibatch of noise and one of images."""
    batch, v = stage.protocol.batch, stage.displacement
    inputs, images = stage.inputs[:batch], (stage.images[:batch], stage.labels[:batch])
    targets = select(stage.apply(stage.teacher, inputs), stage.channel)
    lost, g = jax.value_and_grad(lambda theta: imitation_loss(stage, theta, inputs, targets))(params)
    cost, t = jax.value_and_grad(stage.trait)(params, images)
    seen = {"all": {"imitation loss": lost, "trait loss": cost, **_products(g, t, v)}}
    if layered:
        seen |= {part: _products(*(tree["layers"][at] for tree in (g, t, v))) for at, part in enumerate(PARTS)}
    return seen


def _products(g: Any, t: Any, v: Any) -> dict[str, jax.Array]:
    return {
        "trait inner product": inner(g, t),
        "trait cosine": cosine(g, t),
        "displacement inner product": -inner(g, v),
        "displacement cosine": -cosine(g, v),
    }
