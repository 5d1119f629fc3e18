"""The network linearised at the student's start, as a setting of its own, and steps by a frozen diagonal (T15)."""

from __future__ import annotations

from dataclasses import replace

import jax
import jax.numpy as jnp
import optax

from .._typing import Params, Rate
from ..setting.setting import Setting
from .student import imitation_objective


def linearised(setting: Setting) -> Setting:
    """z_θ(x) → z_start(x) + J_start(x)(θ − θ_start) on *all* outputs: trained and asked like any other network."""
    start, apply = setting.student_init, setting.apply

    def line(params, inputs):
        gone = jax.tree.map(jnp.subtract, params, start)
        z, Jd = jax.jvp(lambda theta: apply(theta, inputs), (start,), (gone,))
        return z + Jd

    return replace(setting, apply=line)


def diagonal_descent(diagonal: Params, step_size: Rate) -> optax.GradientTransformation:
    """Steps −ηPg with a fixed diagonal P."""
    return optax.stateless(
        lambda gradient, _: jax.tree.map(lambda P, g: -jnp.asarray(step_size, g.dtype) * P * g, diagonal, gradient)
    )


def adam_diagonal(
    setting: Setting, teacher: Params, step_size: Rate, steps: int, *, b2: float = 0.999, epsilon: float = 1e-8
) -> Params:
    """P = 1/(√v̂ + ε), Adam's own diagonal after a training on the teacher's outputs, to be frozen (T8, T15)."""
    objective = imitation_objective(setting, setting.channel_outputs(teacher))
    adam = optax.adam(step_size, b2=b2, eps=epsilon)

    def step(carry, _):
        theta, state = carry
        with jax.numpy_dtype_promotion("standard"):  # optax mixes integers and floats, whatever the caller's rule
            update, state = adam.update(jax.grad(objective)(theta), state, theta)
        return (jax.tree.map(jnp.add, theta, update), state), None

    begin = (setting.student_init, adam.init(setting.student_init))
    (_, state), _ = jax.lax.scan(step, begin, None, length=steps)
    moments = optax.tree.get(state, "nu")
    return jax.tree.map(lambda nu: 1 / (jnp.sqrt(nu / (1 - b2**steps)) + epsilon), moments)
