"""Which ε a floating-point format can resolve: below it, φ(ε) is rounding and not the lemma."""

from __future__ import annotations

import math
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float

from ..setting.setting import Setting
from .gauss_newton import output_change

SAFETY = 30.0
"""What is to be seen is so many times what is rounded, at least."""


@dataclass(frozen=True)
class Resolution:
    """The smallest ε that can be seen, and the one that balances rounding against the O(ε²) remainder."""

    smallest_epsilon: float
    recommended_epsilon: float
    dtype: str


def relative_effect(setting: Setting) -> Float[Array, ""]:
    """The larger of rms(z)/rms(Jv) and ‖θ₀‖/‖v‖: the ε at which the teacher's effect equals what it is added to.

    Infinity where the channel does not see v at all.
    """
    v = setting.update_direction()
    z, Jv = output_change(setting, v)
    effect, size = jnp.sqrt(jnp.mean(Jv**2)), optax.tree.norm(v)
    outputs = jnp.sqrt(jnp.mean(z**2)) / effect
    params = optax.tree.norm(setting.teacher_init) / size
    seen = (effect > 0) & (size > 0)
    return jnp.where(seen, jnp.maximum(outputs, params.astype(outputs.dtype)), jnp.inf)


def resolution(setting: Setting, relative: float | None = None) -> Resolution | None:
    """Compare the teacher's effect on the outputs with rounding in the dtype of the parameters.

    The teacher moves the outputs by ε·rms(Jv); evaluating them rounds by about u·rms(z), storing θ₀ + εv by u‖θ₀‖/‖v‖
    in units of ε, with u the machine epsilon. ε is *resolved* when its effect is 30 times either; √u in place of u
    gives the recommended ε.

    Args:
        setting: where to look.
        relative: ``relative_effect(setting)``, where it is known already.

    Returns:
        the two values of ε, or None where the channel does not see v at all (T3), so that nothing is to be resolved.
    """
    relative = float(relative_effect(setting)) if relative is None else relative
    if not math.isfinite(relative):
        return None
    dtype = jnp.result_type(*jax.tree.leaves(setting.teacher_init))
    unit = float(jnp.finfo(dtype).eps)
    return Resolution(SAFETY * unit * relative, unit**0.5 * relative, str(dtype))
