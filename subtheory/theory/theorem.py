"""Theorem 1: one imitation step lowers the trait loss (theory.md, T2).

Reference: Cloud, Le et al., *Subliminal Learning*, arXiv 2507.14805, section 6.1 and appendix C.
"""

from __future__ import annotations

import jax
from jaxtyping import Array, Float

from .._tree import inner
from .._typing import Rate
from ..setting.setting import Setting
from .gauss_newton import gauss_newton_product


def predicted_trait_loss_change(setting: Setting, epsilon: Rate, alpha: Rate) -> Float[Array, ""]:
    """αε ∇L_T(θ₀)·G v, to which L_T(θ₀ + αΔθ_S) − L_T(θ₀) is equal up to O(ε²) (T2).

    With v = −∇L_T(θ₀) this is −αεA ≤ 0. With a teacher update of another origin it may have either sign.

    Args:
        setting: with a trait loss.
        epsilon: the teacher's learning rate.
        alpha: the student's learning rate.

    Raises:
        ValueError: if the setting has no trait loss.
    """
    if setting.trait_loss is None:
        raise ValueError("the setting has no trait_loss; expected one, because Theorem 1 is about its value.")
    Gv = gauss_newton_product(setting, setting.update_direction())
    return alpha * epsilon * inner(jax.grad(setting.trait_loss)(setting.teacher_init), Gv)
