"""Many plain gradient steps, on the real network and on its linearisation (T12)."""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from .._tree import move
from .._typing import Params, Rate
from ..setting.setting import Setting
from .student import imitation_objective
from .teacher import teacher_outputs


def gradient_descent(
    objective: Callable[[Params], Float[Array, ""]],
    params: Params,
    step_size: Rate,
    steps: int,
    watch: Callable[[Params], Float[Array, ...]],
) -> tuple[Params, Float[Array, "steps ..."]]:
    """Plain gradient descent; ``watch(params)`` is recorded after every step.

    Returns:
        the last parameters and the record, one row per step.
    """
    gradient = jax.grad(objective)

    def step(theta, _):
        theta = move(theta, -step_size, gradient(theta))
        return theta, watch(theta)

    return jax.lax.scan(step, params, None, length=steps)


def displacement(setting: Setting, params: Params) -> Params:
    """u = θ − θ_S⁰, how far the student has come."""
    return jax.tree.map(jnp.subtract, params, setting.student_init)


def distil(
    setting: Setting, epsilon: Rate, step_size: Rate, steps: int, watch: Callable[[Params], Float[Array, ...]]
) -> tuple[Params, Float[Array, "steps ..."]]:
    """Distillation of the real, non-linear network from the teacher's outputs; ``watch`` sees the displacement."""
    objective = imitation_objective(setting, teacher_outputs(setting, epsilon))
    return gradient_descent(
        objective, setting.student_init, step_size, steps, lambda theta: watch(displacement(setting, theta))
    )


def linearised_distil(
    setting: Setting, epsilon: Rate, step_size: Rate, steps: int, watch: Callable[[Params], Float[Array, ...]]
) -> tuple[Params, Float[Array, "steps ..."]]:
    """Distillation of the network linearised at θ₀, teacher linearised too; the loss is the setting's own."""
    origin = setting.student_init
    z, push = jax.linearize(setting.channel_outputs, origin)
    targets = z + epsilon * push(setting.update_direction())

    def objective(u):
        return setting.imitation_loss.mean(z + push(u), targets)

    start = jax.tree.map(jnp.zeros_like, origin)
    return gradient_descent(objective, start, step_size, steps, watch)
