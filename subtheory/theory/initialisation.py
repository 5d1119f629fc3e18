"""Different initialisations: what the student does that has nothing to do with the trait (theory.md, T4)."""

from __future__ import annotations

import jax

from .._tree import negative
from .._typing import Params
from ..setting.setting import Setting


def untrained_update(setting: Setting) -> Params:
    """r = −E J_Sᵀ ∂ℓ/∂z(z_S, z_{θ_T⁰}), the student's update when it imitates the *untrained* teacher (T4).

    With a shared initialisation r = 0, by premise P1. With different ones it does not vanish with ε, and it is what a
    naive control measures.
    """
    z_student, pull = jax.vjp(setting.channel_outputs, setting.student_init)
    z_teacher = setting.channel_outputs(setting.teacher_init)
    count = z_student.size // z_student.shape[-1]
    (gradient,) = pull(setting.imitation_loss.gradient(z_student, z_teacher) / count)
    return negative(gradient)


def paired_response(setting: Setting, v: Params | None = None) -> Params:
    """B v = −E J_Sᵀ ∂²ℓ/∂y∂z(z_S, z_{θ_T⁰}) J_T v: the trained minus the untrained teacher's effect, per unit ε (T4).

        Δθ_S = r + ε B v + O(ε²)

    At a shared initialisation B = G. At independent ones the sign of vᵀBv is a fair coin.
    """
    v = setting.update_direction() if v is None else v
    z_student, pull = jax.vjp(setting.channel_outputs, setting.student_init)
    z_teacher, J_teacher_v = jax.jvp(setting.channel_outputs, (setting.teacher_init,), (v,))
    count = z_student.size // z_student.shape[-1]
    response = setting.imitation_loss.mixed_curvature(z_student, z_teacher, J_teacher_v)
    (Bv,) = pull(response / count)
    return Bv
