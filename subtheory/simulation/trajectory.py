"""Imitation over many steps by any optimiser, and at every step the inner products that say where it goes (T14)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float

from .._tree import inner
from .._typing import Key, Params
from ..setting.channel import select
from ..setting.setting import Setting
from .batching import some_inputs


@dataclass(frozen=True)
class Training:
    """What was recorded of a training of K steps; all of it from gradients and parameters, nothing from theory.

    Attributes:
        params: the student's last parameters.
        progress: −∇L_S·(θ_T − θ) before each step, of the full batch.
        squared_gradient: ‖∇L_S‖² before each step, of the full batch.
        loss: L_S before each step, of the full batch.
        distance: ‖θ_T − θ‖, before the first step and after each.
        displacement: ‖θ − θ_start‖, before the first step and after each.
        inner: (θ − θ_start)·(θ_T − θ_start), before the first step and after each.
        rate: −Δθ·g/‖g‖² of each step, g the gradient that it was given.
        sideways: ‖Δθ + rate·g‖/‖Δθ‖ of each step: zero for plain gradient descent alone.
        watched: what ``watch`` saw before each step.
    """

    params: Params
    progress: Float[Array, " K"]
    squared_gradient: Float[Array, " K"]
    loss: Float[Array, " K"]
    distance: Float[Array, " K1"]
    displacement: Float[Array, " K1"]
    inner: Float[Array, " K1"]
    rate: Float[Array, " K"]
    sideways: Float[Array, " K"]
    watched: Any


def imitate(
    setting: Setting,
    teacher: Params,
    optimiser: optax.GradientTransformation,
    steps: int,
    *,
    batch: int | None = None,
    key: Key | None = None,
    watch: Callable[[Params], Any] = lambda params: None,
) -> Training:
    """Train a student from ``setting.student_init`` to give the teacher's outputs on the channel.

    Args:
        setting: apply, channel, inputs, imitation loss, and where the student starts.
        teacher: θ_T, whose outputs are imitated.
        optimiser: any optax optimiser, its learning rate included.
        steps: how many.
        batch: inputs per step, drawn anew without replacement within a step; all of them if absent.
        key: of the batches.
        watch: sees the parameters before each step.
    """
    targets = setting.channel_outputs(teacher)
    start, count = setting.student_init, len(targets)

    def objective(params, inputs, wanted):
        outputs = setting.apply(params, inputs)
        return setting.imitation_loss.mean(select(outputs, setting.channel), wanted)

    full = jax.value_and_grad(objective)

    def places(step):
        if batch is None or key is None:
            return None
        return jax.random.choice(jax.random.fold_in(key, step), count, (batch,), replace=False)

    def geometry(params):
        moved = jax.tree.map(jnp.subtract, params, start)
        left = jax.tree.map(jnp.subtract, teacher, params)
        return optax.tree.norm(left), optax.tree.norm(moved), inner(moved, whole)

    def one(carry, step):
        params, state = carry
        loss, gradient = full(params, setting.inputs, targets)
        left = jax.tree.map(jnp.subtract, teacher, params)
        chosen = places(step)
        given = gradient if chosen is None else full(params, some_inputs(setting, chosen), targets[chosen])[1]
        with jax.numpy_dtype_promotion("standard"):
            update, state = optimiser.update(given, state, params)
        size, squared = optax.tree.norm(update), inner(given, given)
        rate = -inner(update, given) / jnp.where(squared > 0, squared, jnp.ones_like(squared))
        aside = optax.tree.norm(jax.tree.map(lambda u, g: u + rate * g, update, given))
        moved = optax.apply_updates(params, update)
        seen = (
            -inner(gradient, left), inner(gradient, gradient), loss, geometry(moved), rate,
            aside / jnp.where(size > 0, size, jnp.ones_like(size)), watch(params),
        )  # fmt: skip
        return (moved, state), seen

    whole = jax.tree.map(jnp.subtract, teacher, start)
    (params, _), (progress, squared, loss, after, rate, aside, watched) = jax.lax.scan(
        one, (start, optimiser.init(start)), jnp.arange(steps)
    )
    distance, displacement, product = (
        jnp.concatenate([jnp.stack([first]), rest]) for first, rest in zip(geometry(start), after, strict=True)
    )
    return Training(params, progress, squared, loss, distance, displacement, product, rate, aside, watched)


jax.tree_util.register_dataclass(Training)
