"""The student's step: imitation of given targets on the channel, by any rule."""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float

from .._tree import negative
from .._typing import Params, Rate
from ..setting.setting import Setting
from .teacher import optimiser_step, teacher_outputs


def imitation_objective(setting: Setting, targets: jax.Array) -> Callable[[Params], Float[Array, ""]]:
    """θ ↦ E_D ℓ(z_θ, targets), what the student minimises; the targets do not depend on θ."""

    def objective(params: Params):
        return setting.imitation_loss.mean(setting.channel_outputs(params), targets)

    return objective


def student_update(setting: Setting, targets: jax.Array) -> Params:
    """Δθ_S = −∇_θ E_D ℓ(z_θ, targets) at the student's initialisation: one plain gradient step of unit rate."""
    return negative(jax.grad(imitation_objective(setting, targets))(setting.student_init))


def student_update_by(
    setting: Setting, targets: jax.Array, rule: optax.GradientTransformation | Callable[[Params], Params]
) -> Params:
    """The student's update by an optax optimiser (its first step) or by a preconditioner P (−P∇ℓ) (T8)."""
    gradient = jax.grad(imitation_objective(setting, targets))(setting.student_init)
    if isinstance(rule, optax.GradientTransformation):
        return optimiser_step(rule, gradient, setting.student_init)
    return negative(rule(gradient))


def distilled_update(setting: Setting, epsilon: Rate) -> Params:
    """Δθ_S(ε): the student imitates the trained teacher (T1; naive measurement of T4)."""
    return student_update(setting, teacher_outputs(setting, epsilon))


def untrained_teacher_update(setting: Setting) -> Params:
    """The student imitates the teacher *before* its training (T4's confounder r)."""
    return student_update(setting, setting.channel_outputs(setting.teacher_init))


def paired_update(setting: Setting, epsilon: Rate) -> Params:
    """Trained minus untrained teacher: what the teacher's training added to the student's update (T4)."""
    return jax.tree.map(jnp.subtract, distilled_update(setting, epsilon), untrained_teacher_update(setting))
