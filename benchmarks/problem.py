"""What is measured: the paper's MNIST perceptron, and the programs that are held against each other on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from subtheory.setting import model
from subtheory.setting.loss import softmax_cross_entropy
from subtheory.setting.setting import Setting
from subtheory.simulation.step import per_example_inner_products
from subtheory.simulation.student import student_update
from subtheory.theory.attribution import attribution
from subtheory.theory.gauss_newton import gauss_newton_product

WIDTHS = (784, 256, 256, 13)
CHANNEL = slice(10, 13)
EPSILON = 1e-2


@dataclass(frozen=True)
class Arguments:
    """What a program is given, never constants of it: θ, inputs x, direction v and targets y."""

    theta: Any
    x: jax.Array
    v: Any
    y: jax.Array


jax.tree_util.register_dataclass(Arguments, ["theta", "x", "v", "y"], [])


@dataclass(frozen=True)
class Problem:
    """A perceptron on uniform noise in one precision.

    Attributes:
        inputs: N, how many.
        dtype: float32 or float64.
        chunk: how many inputs the programs named ``in chunks`` take at once; it divides N.
        widths: of the network, input and output included.
    """

    inputs: int
    dtype: str = "float32"
    chunk: int = 64
    widths: tuple[int, ...] = WIDTHS

    @property
    def network(self) -> model.Model:
        """The ReLU perceptron."""
        return model.mlp(self.widths, "relu", dtype=self.dtype)

    def arguments(self) -> Arguments:
        """Drawn by NumPy, in place: no temporary copy is left in the process's peak memory."""
        rng = np.random.default_rng(0)
        theta = self.network.init(jax.random.key(0))
        x = rng.random((self.inputs, self.widths[0]), np.dtype(self.dtype).type)
        x *= 2
        x -= 1
        v = jax.tree.map(lambda leaf: jnp.asarray(0.01 * rng.standard_normal(leaf.shape), leaf.dtype), theta)
        y = jnp.asarray(rng.standard_normal((self.inputs, len(range(*CHANNEL.indices(self.widths[-1]))))), self.dtype)
        return Arguments(theta, jnp.asarray(x), v, y)

    def setting(self, given: Arguments, x: jax.Array) -> Setting:
        """Teacher and student share θ; the teacher's update v is given, so that no trait is differentiated."""
        return Setting(
            apply=self.network.apply,
            teacher_init=given.theta,
            student_init=given.theta,
            teacher_update=given.v,
            imitation_loss=softmax_cross_entropy,
            channel=CHANNEL,
            inputs=x,
        )

    def program(self, name: str) -> Callable[[Arguments], Any]:
        """One of ``PROGRAMS``, not yet compiled."""
        return partial(PROGRAMS[name], self)

    def compile(self, name: str, given: Arguments) -> jax.stages.Compiled:
        """The program, compiled for these arguments."""
        return jax.jit(self.program(name)).lower(given).compile()


def temporary_bytes(program: jax.stages.Compiled) -> int:
    """What the compiler reserves for the program's intermediate results; 0 where it does not tell."""
    analysis = program.memory_analysis()
    return 0 if analysis is None else analysis.temp_size_in_bytes


def _gradient(problem: Problem, given: Arguments):
    return student_update(problem.setting(given, given.x), given.y)


def _gauss_newton(problem: Problem, given: Arguments):
    return gauss_newton_product(problem.setting(given, given.x), given.v)


def _by_one_jvp(problem: Problem, given: Arguments):
    return attribution(problem.setting(given, given.x), EPSILON)


def _by_gradients(problem: Problem, given: Arguments):
    return per_example_inner_products(problem.setting(given, given.x), EPSILON)


def _in_chunks(whole: Callable, problem: Problem, given: Arguments):
    def one(x):
        return whole(problem, Arguments(given.theta, x, given.v, given.y))

    return jax.lax.map(one, given.x.reshape(-1, problem.chunk, given.x.shape[-1])).reshape(-1)


GRADIENT, GAUSS_NEWTON = "gradient", "G·v"
JVP, JVP_CHUNKS = "one JVP", "one JVP, in chunks"
GRADIENTS, GRADIENTS_CHUNKS = "vmap(grad)", "vmap(grad), in chunks"
PROGRAMS: dict[str, Callable] = {
    GRADIENT: _gradient,
    GAUSS_NEWTON: _gauss_newton,
    JVP: _by_one_jvp,
    JVP_CHUNKS: partial(_in_chunks, _by_one_jvp),
    GRADIENTS: _by_gradients,
    GRADIENTS_CHUNKS: partial(_in_chunks, _by_gradients),
}
