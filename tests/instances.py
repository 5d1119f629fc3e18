"""Tiny settings of every kind, small enough for dense oracles and cheap to compile: all draws are numpy's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import jax
import jax.numpy as jnp
import numpy as np

import subtheory as st

INPUTS = 4
OUTPUTS = 5
CHANNEL = slice(2, 5)
TRAIT_OUTPUTS = slice(0, 2)


@dataclass(frozen=True, eq=False)
class Design:
    """What is fixed when a test is compiled; the draws of a seed vary."""

    model: st.models.Model
    loss: st.losses.ImitationLoss
    channel: object
    width: int = INPUTS

    def __str__(self) -> str:
        return f"{self.model.name}, {self.loss.name}, {self.channel}"


@lru_cache
def designs() -> tuple[Design, ...]:
    """Architecture × activation × loss × channel, every kind at least once; the first is the plain case."""
    mlp, linear, cnn = st.models.mlp, st.models.linear, st.models.cnn
    weighted = st.losses.weighted_squared_error((0.5, 2.0, 1.0), "weighted squared error")
    return (
        Design(mlp((INPUTS, 4, OUTPUTS)), st.losses.softmax_cross_entropy, CHANNEL),
        Design(mlp((INPUTS, 3, 3, OUTPUTS), "gelu"), st.losses.squared_error, (4, 0)),
        Design(linear(INPUTS, OUTPUTS), st.losses.sigmoid_cross_entropy, CHANNEL),
        Design(cnn((4, 4), (2, 2), OUTPUTS), st.losses.reverse_kl, slice(None), 16),
        Design(mlp((INPUTS, 4, OUTPUTS), "relu"), st.losses.jensen_shannon, slice(-3, None)),
        Design(mlp((INPUTS, 4, OUTPUTS), "sin", bias=False), weighted, [1, 3, 4]),
    )


def random_tree(generator: np.random.Generator, template: object, scale: float | None = None, dtype=None) -> object:
    """Gaussian leaves in the shapes of a template; N(0, 1/fan_in), as layers have it, unless a scale is given."""

    def draw(leaf):
        spread = (1.0 / np.sqrt(np.prod(leaf.shape[:-1])) if leaf.ndim > 1 else 0.3) if scale is None else scale
        return jnp.asarray(spread * generator.normal(size=leaf.shape), leaf.dtype if dtype is None else dtype)

    return jax.tree.map(draw, template)


def draws(design: Design, seed: int, *, shared: bool = True, count: int = 6) -> dict:
    """Every random number of a setting."""
    generator = np.random.default_rng(seed)
    template = jax.eval_shape(design.model.init, jax.eval_shape(lambda: jax.random.key(0)))
    teacher = random_tree(generator, template)
    return {
        "teacher": teacher,
        "student": teacher if shared else random_tree(generator, template),
        "inputs": jnp.asarray(generator.uniform(-1, 1, (count, design.width))),
        "trait_inputs": jnp.asarray(generator.normal(size=(5, design.width))),
        "trait_targets": jnp.asarray(generator.normal(size=(5, 2))),
        "direction": random_tree(generator, template, 1.0),
    }


def build(design: Design, drawn: dict, *, v: str = "gradient") -> st.Setting:
    """The setting of some draws, which may be traced; v is the trait's gradient step, or any Gaussian direction."""
    apply = design.model.apply
    return st.Setting(
        apply=apply,
        teacher_init=drawn["teacher"],
        student_init=drawn["student"],
        trait_loss=st.traits.regression(apply, drawn["trait_inputs"], drawn["trait_targets"], TRAIT_OUTPUTS),
        imitation_loss=design.loss,
        channel=design.channel,
        inputs=drawn["inputs"],
        teacher_update=None if v == "gradient" else drawn["direction"],
    )


def compiled(numbers: Callable[[st.Setting], object], *, v: str = "gradient", shared: bool = True, count: int = 6):
    """``(design, seed) -> numbers(setting)``, compiled once for each design and run for any seed."""

    @lru_cache
    def program(design):
        return jax.jit(lambda drawn: numbers(build(design, drawn, v=v)))

    def run(design: Design | int, seed: int):
        design = designs()[design] if isinstance(design, int) else design
        return program(design)(draws(design, seed, shared=shared, count=count))

    return run


def many(numbers, seeds, design: Design | None = None, *, v="gradient", shared=True, count: int = 6):
    """``numbers(setting)`` of many seeds at once, stacked, in one compiled program."""
    design = designs()[0] if design is None else design
    drawn = [draws(design, seed, shared=shared, count=count) for seed in seeds]
    stacked = jax.tree.map(lambda *leaves: jnp.asarray(np.stack(leaves)), *drawn)
    return jax.tree.map(np.asarray, jax.jit(jax.vmap(lambda each: numbers(build(design, each, v=v))))(stacked))


def plain(loss=None, channel=CHANNEL) -> Design:
    """The tanh perceptron with one hidden layer of four units, with any loss and channel."""
    return replace(designs()[0], loss=st.losses.softmax_cross_entropy if loss is None else loss, channel=channel)


def tanh_setting(seed: int = 0, loss=None, channel=CHANNEL, *, shared=True, v="gradient", count=6) -> st.Setting:
    """The plain case: a tanh perceptron with one hidden layer of four units."""
    design = plain(loss, channel)
    return build(design, draws(design, seed, shared=shared, count=count), v=v)


def derivative(function: Callable[[jax.Array], jax.Array], at: float = 0.0) -> jax.Array:
    """d/dε of a simulated quantity, forward, free of truncation."""
    return jax.jvp(function, (jnp.asarray(at),), (jnp.ones(()),))[1]
