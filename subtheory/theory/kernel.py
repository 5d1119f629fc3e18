"""Function space: the tangent kernel carries the trait from the channel to other outputs (theory.md, T11)."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from .._tree import scaled
from .._typing import Channel, Rate
from ..setting.channel import select
from ..setting.setting import Setting
from .gauss_newton import gauss_newton_product, output_change


def predicted_output_shift(
    setting: Setting, trait_inputs: jax.Array, trait_outputs: Channel, epsilon: Rate, alpha: Rate
) -> Float[Array, "*inputs k"]:
    """Δz(x') = αε J_trait(x') G v, matrix-free: one JVP along the student's predicted update (T11).

    Args:
        setting: teacher, channel and inputs.
        trait_inputs: x', where the trait is judged, ``[N', ...]``.
        trait_outputs: which outputs carry the trait.
        epsilon: the teacher's learning rate.
        alpha: the student's learning rate.
    """

    def outputs(params):
        return select(setting.apply(params, trait_inputs), trait_outputs)

    update = scaled(epsilon, gauss_newton_product(setting, setting.update_direction()))
    _, shift = jax.jvp(outputs, (setting.teacher_init,), (scaled(alpha, update),))
    return shift


def tangent_kernel(
    setting: Setting, trait_inputs: jax.Array, trait_outputs: Channel
) -> Float[Array, "inputs k channel_inputs m"]:
    """K(x', x) = J_trait(x') J_channel(x)ᵀ, formed densely: for a few inputs of a small network only (T11)."""

    def trait(params):
        return select(setting.apply(params, trait_inputs), trait_outputs)

    theta = setting.teacher_init
    rows = jax.tree.leaves(jax.jacrev(trait)(theta))
    columns = jax.tree.leaves(jax.jacrev(setting.channel_outputs)(theta))
    return sum(
        jnp.tensordot(a.reshape(*a.shape[:2], -1), b.reshape(*b.shape[:2], -1), axes=(2, 2))
        for a, b in zip(rows, columns, strict=True)
    )


def kernel_output_shift(
    setting: Setting, trait_inputs: jax.Array, trait_outputs: Channel, epsilon: Rate, alpha: Rate
) -> Float[Array, "inputs k"]:
    """Δz(x') = αε E_x K(x', x) M(x) J(x) v, through the dense kernel: no kernel, no transfer (T11)."""
    z, Jv = output_change(setting, setting.update_direction())
    MJv = setting.imitation_loss.curvature(z, Jv)
    kernel = tangent_kernel(setting, trait_inputs, trait_outputs)
    return alpha * epsilon * jnp.tensordot(kernel, MJv, axes=((2, 3), (0, 1))) / len(z)
