"""Preconditioned steps: the theorem survives any fixed symmetric positive-definite preconditioner (theory.md, T8)."""

from __future__ import annotations

from collections.abc import Callable

import jax
from jaxtyping import Array, Float

from .._tree import negative
from .._typing import Params, Rate
from ..setting.setting import Setting
from .lemma import alignment_slope


def preconditioned_direction(setting: Setting, preconditioner: Callable[[Params], Params]) -> Params:
    """v = −P ∇L_T(θ₀), the preconditioned teacher's direction (T8)."""
    if setting.trait_loss is None:
        raise ValueError("the setting has no trait_loss; expected one, because T8 is about its value.")
    return negative(preconditioner(jax.grad(setting.trait_loss)(setting.teacher_init)))


def predicted_trait_loss_change(
    setting: Setting, preconditioner: Callable[[Params], Params], epsilon: Rate, alpha: Rate
) -> Float[Array, ""]:
    """−αε vᵀGv with v = −P∇L_T, when teacher *and* student use the same P (T8).

    Δθ_S = P ε G v moves the trait loss by ∇L_T·α P ε G v = −αε vᵀ G v ≤ 0, because P∇L_T = −v.

    Args:
        setting: with a trait loss.
        preconditioner: P, a linear, symmetric, positive-definite function of a direction; the same for both.
        epsilon: the teacher's learning rate.
        alpha: the student's learning rate.

    Raises:
        ValueError: if the setting has no trait loss.
    """
    v = preconditioned_direction(setting, preconditioner)
    return -alpha * epsilon * alignment_slope(setting, v)
