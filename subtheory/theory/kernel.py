"""Function space: the tangent kernel carries the trait from the channel to other outputs (theory.md, T11)."""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from .._tree import scaled
from .._typing import Channel, Params, Rate
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
    """K(x', x) = J_trait(x') J_channel(x)ᵀ, formed densely: for a few inputs of a small network only (T11).

    With outputs ``[B, T, n]`` (a sequence model) every token counts as an input.
    """

    def trait(params):
        return select(setting.apply(params, trait_inputs), trait_outputs)

    rows, columns = (_jacobian(outputs, setting.teacher_init) for outputs in (trait, setting.channel_outputs))
    return jnp.stack([jnp.tensordot(a, b, axes=(2, 2)) for a, b in zip(rows, columns, strict=True)]).sum(axis=0)


def _jacobian(outputs: Callable[[Params], jax.Array], params: Params) -> list[jax.Array]:
    """∂outputs/∂leaf of every leaf of the parameters, ``[inputs, outputs, values of the leaf]``."""
    width = jax.eval_shape(outputs, params).shape[-1]
    pairs = zip(jax.tree.leaves(jax.jacrev(outputs)(params)), jax.tree.leaves(params), strict=True)
    return [block.reshape(-1, width, leaf.size) for block, leaf in pairs]


def kernel_output_shift(
    setting: Setting, trait_inputs: jax.Array, trait_outputs: Channel, epsilon: Rate, alpha: Rate
) -> Float[Array, "*inputs k"]:
    """Δz(x') = αε E_x K(x', x) M(x) J(x) v, through the dense kernel: no kernel, no transfer (T11)."""
    z, Jv = output_change(setting, setting.update_direction())
    MJv = setting.imitation_loss.curvature(z, Jv).reshape(-1, z.shape[-1])
    kernel = tangent_kernel(setting, trait_inputs, trait_outputs)
    shift = alpha * epsilon * jnp.tensordot(kernel, MJv, axes=((2, 3), (0, 1))) / len(MJv)
    batch = jax.eval_shape(setting.apply, setting.teacher_init, trait_inputs).shape[:-1]
    return shift.reshape(*batch, -1)
