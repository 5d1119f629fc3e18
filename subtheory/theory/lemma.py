"""Lemma 1: the student's update has a non-negative inner product with the teacher's (theory.md, T1).

Reference: Cloud, Le et al., *Subliminal Learning*, arXiv 2507.14805, section 6.1 and appendix C.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from .._tree import cosine, scaled
from .._typing import Params, Rate
from ..setting.setting import Setting
from .gauss_newton import gauss_newton_product, output_change


def alignment_slope(setting: Setting, v: Params | None = None) -> Float[Array, ""]:
    """A = vᵀ G v = E_D (Jv)ᵀ M (Jv), by one Jacobian-vector product (T1).

    Args:
        setting: where to linearise.
        v: the teacher's direction; the setting's own if absent.

    Returns:
        the slope of φ(ε) at ε = 0, never negative for a loss that meets the premises of T0.

    >>> import jax.numpy as jnp
    >>> from subtheory.setting import loss
    >>> line = Setting(apply=lambda w, x: x * w, teacher_init=jnp.ones(1), student_init=jnp.ones(1),
    ...                trait_loss=lambda w: w[0], imitation_loss=loss.squared_error, inputs=jnp.array([[3.0]]))
    >>> float(alignment_slope(line))
    18.0
    """
    v = setting.update_direction() if v is None else v
    z, Jv = output_change(setting, v)
    MJv = setting.imitation_loss.curvature(z, Jv)
    return jnp.mean(jnp.sum(Jv * MJv, axis=-1))


def predicted_inner_product(setting: Setting, epsilon: Rate) -> Float[Array, ""]:
    """ε A, which φ(ε) = Δθ_S(ε)·v meets up to O(ε²) (T1)."""
    return epsilon * alignment_slope(setting)


def predicted_student_update(setting: Setting, epsilon: Rate) -> Params:
    """ε G v, which the student's update Δθ_S(ε) meets up to O(ε²) (T1)."""
    return scaled(epsilon, gauss_newton_product(setting, setting.update_direction()))


def predicted_cosine(setting: Setting) -> Float[Array, ""]:
    """vᵀGv / (‖Gv‖‖v‖), the limit for ε → 0 of the cosine between Δθ_S and v (T1)."""
    v = setting.update_direction()
    return cosine(gauss_newton_product(setting, v), v)


def second_order_coefficient(setting: Setting, v: Params | None = None) -> Float[Array, ""]:
    """½ φ''(0), the coefficient of ε² in φ(ε) = εA + ½φ''(0) ε² + O(ε³) (T1's remainder).

    Along the teacher's line z(ε) = z_{θ₀+εv}, φ(ε) = −E⟨∂_zℓ(z₀, z(ε)), Jv⟩, differentiated twice forward.
    """
    v = setting.update_direction() if v is None else v
    theta = setting.teacher_init
    z, Jv = output_change(setting, v)

    def phi(epsilon):
        moved = jax.tree.map(lambda p, d: p + epsilon.astype(p.dtype) * d, theta, v)
        force = setting.imitation_loss.gradient(z, setting.channel_outputs(moved))
        return -jnp.mean(jnp.sum(force * Jv, axis=-1))

    zero, one = jnp.zeros((), z.dtype), jnp.ones((), z.dtype)

    def slope(epsilon):
        return jax.jvp(phi, (epsilon,), (one,))[1]

    return jax.jvp(slope, (zero,), (one,))[1] / 2
