"""Which ε a floating-point format can resolve: below it, φ(ε) is rounding and not the lemma."""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import optax

from ..setting.setting import Setting
from .gauss_newton import output_change

SAFETY = 30.0


@dataclass(frozen=True)
class Resolution:
    """The smallest ε that can be seen, and the one that balances rounding against the O(ε²) remainder."""

    smallest_epsilon: float
    recommended_epsilon: float
    dtype: str


def resolution(setting: Setting) -> Resolution | None:
    """Compare the teacher's effect on the outputs with rounding in the dtype of the parameters.

    The teacher moves the outputs by ε·rms(Jv); evaluating them rounds by about u·rms(z), storing θ₀ + εv by u‖θ₀‖/‖v‖
    in units of ε, with u the machine epsilon. ε is *resolved* when its effect is 30 times either; √u in place of u
    gives the recommended ε.

    Returns:
        the two values of ε, or None where the channel does not see v at all (T3), so that nothing is to be resolved.
    """
    v = setting.update_direction()
    z, Jv = output_change(setting, v)
    dtype = jnp.result_type(*jax.tree.leaves(setting.teacher_init))
    unit = float(jnp.finfo(dtype).eps)
    effect = float(jnp.sqrt(jnp.mean(Jv**2)))
    size = float(optax.tree.norm(v))
    if effect == 0 or size == 0:
        return None
    relative = max(
        float(jnp.sqrt(jnp.mean(z**2))) / effect,
        float(optax.tree.norm(setting.teacher_init)) / size,
    )
    return Resolution(SAFETY * unit * relative, unit**0.5 * relative, str(dtype))
