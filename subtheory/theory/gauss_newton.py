"""The Gauss-Newton (Fisher) operator of the channel on the inputs, G = E_D Jᵀ M J, applied and never formed."""

from __future__ import annotations

from collections.abc import Callable

import jax
from jaxtyping import Array, Float

from .._typing import Params
from ..setting.setting import Setting


def gauss_newton_operator(setting: Setting) -> Callable[[Params], Params]:
    """The map u ↦ G u at the teacher's initialisation.

        G u = E_D Jᵀ M J u        (theory.md, section 0)

    The network is linearised once; every application then costs one forward and one backward pass.

    Args:
        setting: the teacher's init, the channel, the inputs and the loss with its curvature M.

    Returns:
        a linear, symmetric, positive semi-definite function of a direction u in parameter space.

    >>> import jax.numpy as jnp
    >>> from subtheory.setting import loss
    >>> line = Setting(apply=lambda w, x: x * w, teacher_init=jnp.ones(1), student_init=jnp.ones(1),
    ...                trait_loss=lambda w: w[0], imitation_loss=loss.squared_error, inputs=jnp.array([[3.0]]))
    >>> gauss_newton_operator(line)(jnp.ones(1))  # 2 x²
    Array([18.], dtype=float64)

    Reference: Schraudolph 2002; Martens 2020, section 8 (the generalised Gauss-Newton matrix).
    """
    theta = setting.teacher_init
    z, push = jax.linearize(setting.channel_outputs, theta)
    pull = jax.linear_transpose(push, theta)
    count = z.size // z.shape[-1]

    def apply_operator(u: Params) -> Params:
        Ju = push(u)
        MJu = setting.imitation_loss.curvature(z, Ju)
        (Gu,) = pull(MJu / count)
        return Gu

    return apply_operator


def gauss_newton_product(setting: Setting, u: Params) -> Params:
    """G u for one direction u (theory.md, section 0)."""
    return gauss_newton_operator(setting)(u)


def output_change(setting: Setting, u: Params) -> tuple[Float[Array, "*batch m"], Float[Array, "*batch m"]]:
    """(z, J u): the channel's outputs at the teacher's init and their first-order change along u, by one JVP."""
    return jax.jvp(setting.channel_outputs, (setting.teacher_init,), (u,))
