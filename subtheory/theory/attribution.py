"""Which examples and tokens carry the trait: attribution at the price of a forward pass (theory.md, T7)."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from .._tree import move
from .._typing import Rate
from ..setting.setting import Setting


def attribution(setting: Setting, epsilon: Rate) -> Float[Array, "*batch"]:
    """Every input's share of φ(ε), by one Jacobian-vector product (T7).

        φ = mean over inputs of −⟨∂ℓ/∂z(x), J(x) v⟩

    No per-example gradient is formed: time is that of two forward passes, extra memory that of the outputs. With
    outputs ``[B, T, n]`` (a sequence model) the shares are those of the single tokens.

    Args:
        setting: the student's init is where J is taken.
        epsilon: the teacher's learning rate.

    Returns:
        shares, the outputs' shape without its last axis; their mean is φ(ε).
    """
    v = setting.update_direction()
    y = setting.channel_outputs(move(setting.teacher_init, epsilon, v))
    z, Jv = jax.jvp(setting.channel_outputs, (setting.student_init,), (v,))
    return -jnp.sum(setting.imitation_loss.gradient(z, y) * Jv, axis=-1)
