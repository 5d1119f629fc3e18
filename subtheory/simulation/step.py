"""One step of teacher and student, and what came of it."""

from __future__ import annotations

import jax
from jaxtyping import Array, Float

from .._checks import positive_finite
from .._tree import inner, move
from .._typing import Params, Rate
from ..setting.channel import select
from ..setting.setting import Setting
from .student import distilled_update
from .teacher import teacher_outputs


def inner_product(setting: Setting, epsilon: Rate) -> Float[Array, ""]:
    """φ(ε) = Δθ_S(ε)·v, simulated (T1)."""
    return inner(distilled_update(setting, epsilon), setting.update_direction())


def realised_trait_loss_change(setting: Setting, update: Params, alpha: Rate) -> Float[Array, ""]:
    """L_T(θ_S⁰ + αΔ) − L_T(θ_S⁰), simulated (T2, T6).

    Args:
        setting: with a trait loss.
        update: Δ, the student's update.
        alpha: the student's learning rate.

    Raises:
        ValueError: if the setting has no trait loss, or α is not a positive finite number.
    """
    positive_finite("alpha", alpha)
    if setting.trait_loss is None:
        raise ValueError("the setting has no trait_loss; expected one to see whether it falls.")
    return setting.trait_loss(move(setting.student_init, alpha, update)) - setting.trait_loss(setting.student_init)


def realised_output_shift(
    setting: Setting, update: Params, alpha: Rate, trait_inputs: Float[Array, "N ..."]
) -> Float[Array, "N n"]:
    """All outputs' shift on other inputs when the student steps by αΔ (T11)."""
    moved = setting.apply(move(setting.student_init, alpha, update), trait_inputs)
    return moved - setting.apply(setting.student_init, trait_inputs)


def per_example_inner_products(setting: Setting, epsilon: Rate) -> Float[Array, " N"]:
    """Every input's own Δθ_S·v, by one gradient per input: the slow way that T7 avoids."""
    targets = teacher_outputs(setting, epsilon)
    v = setting.update_direction()

    def one(x, target):
        def objective(params):
            outputs = select(setting.apply(params, x[None]), setting.channel)
            return setting.imitation_loss.mean(outputs, target[None])

        return -inner(jax.grad(objective)(setting.student_init), v)

    return jax.vmap(one)(setting.inputs, targets)
