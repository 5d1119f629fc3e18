"""The teacher's step: from the reference model along v, by any rule."""

from __future__ import annotations

from collections.abc import Callable

import jax
import optax

from .._checks import positive_finite
from .._tree import move, negative
from .._typing import Params, Rate
from ..setting.setting import Setting


def teacher_parameters(setting: Setting, epsilon: Rate) -> Params:
    """θ_T = θ_T⁰ + εv, the trained teacher.

    Raises:
        ValueError: if ε is not a positive finite number.
    """
    positive_finite("epsilon", epsilon)
    return move(setting.teacher_init, epsilon, setting.update_direction())


def teacher_outputs(setting: Setting, epsilon: Rate) -> jax.Array:
    """The trained teacher's outputs on the channel, the student's targets, ``[N, ..., m]``."""
    return setting.channel_outputs(teacher_parameters(setting, epsilon))


def optimiser_step(optimiser: optax.GradientTransformation, gradient: Params, params: Params) -> Params:
    """The first update that an optax optimiser makes of a gradient, from its fresh state."""
    with jax.numpy_dtype_promotion("standard"):  # optax mixes integers and floats, whatever the caller's rule
        update, _ = optimiser.update(gradient, optimiser.init(params), params)
    return update


def taught_by(setting: Setting, rule: optax.GradientTransformation | Callable[[Params], Params]) -> Params:
    """v of a teacher that follows another rule than plain gradient descent (T8).

    Args:
        setting: with a trait loss.
        rule: an optax optimiser (its first update, learning rate included), or a preconditioner P (then v = −P∇L_T).

    Raises:
        ValueError: if the setting has no trait loss.
    """
    if setting.trait_loss is None:
        raise ValueError("the setting has no trait_loss; expected one to take the teacher's gradient of.")
    gradient = jax.grad(setting.trait_loss)(setting.teacher_init)
    if isinstance(rule, optax.GradientTransformation):
        return optimiser_step(rule, gradient, setting.teacher_init)
    return negative(rule(gradient))
