"""Finite ε: an exact identity for φ(ε), a certificate of its sign, and the radius of the lemma (theory.md, T5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Bool, Float

from .._checks import positive_finite
from .._tree import move
from .._typing import Rate
from ..setting.setting import Setting
from .gauss_newton import output_change


@dataclass(frozen=True)
class FiniteStep:
    """The two terms of the T5 identity at one ε: ε φ(ε) = monotone − remainder.

    Attributes:
        epsilon: the teacher's learning rate.
        monotone: the first term, never negative.
        remainder: the second.
        rounding: how far either may be off, since the outputs and μ of them are rounded before they are subtracted.
    """

    epsilon: Rate
    monotone: Float[Array, ""]
    remainder: Float[Array, ""]
    rounding: Float[Array, ""]

    @property
    def inner_product(self) -> Float[Array, ""]:
        """φ(ε), from the identity."""
        return (self.monotone - self.remainder) / self.epsilon

    @property
    def certified(self) -> Bool[Array, ""]:
        """Whether the monotone term alone settles that φ(ε) > 0, with rounding: monotone > |remainder| + rounding."""
        return self.monotone > jnp.abs(self.remainder) + self.rounding


def finite_step(setting: Setting, epsilon: Rate) -> FiniteStep:
    """Both terms of the identity (T5), with z_ε = z_{θ₀+εv} and R_ε = z_ε − z₀ − εJv:

        ε φ(ε) = E⟨μ(z_ε) − μ(z₀), z_ε − z₀⟩ − E⟨μ(z_ε) − μ(z₀), R_ε⟩

    The first term is non-negative because μ is monotone (for softmax it is the Jeffreys divergence between teacher and
    reference). R vanishes for a model that is linear in θ, hence φ(ε) ≥ 0 for *every* ε there.

    Args:
        setting: with a shared initialisation and a loss that has a ``mean_map`` μ.
        epsilon: the teacher's learning rate, above zero.

    Raises:
        ValueError: if the loss has no μ, or ε is not a positive finite number.
    """
    positive_finite("epsilon", epsilon)
    mu = setting.imitation_loss.mean_map
    if mu is None:
        raise ValueError(
            f"the imitation loss {setting.imitation_loss.name!r} has no mean_map; expected a loss with "
            "∂ℓ/∂z = μ(z) − μ(y), such as softmax cross-entropy or squared error."
        )
    v = setting.update_direction()
    z, Jv = output_change(setting, v)
    step = epsilon if isinstance(epsilon, float | int) else epsilon.astype(z.dtype)
    z_moved = setting.channel_outputs(move(setting.teacher_init, epsilon, v))
    pull = mu(z_moved) - mu(z)
    change = z_moved - z
    monotone = jnp.mean(jnp.sum(pull * change, axis=-1))
    remainder = jnp.mean(jnp.sum(pull * (change - step * Jv), axis=-1))
    unit = 10 * jnp.finfo(z.dtype).eps
    pulled = jnp.sum(jnp.abs(pull) * jnp.abs(z) + jnp.abs(mu(z)) * jnp.abs(change), axis=-1)
    stored = optax.tree.norm(setting.teacher_init) / (step * optax.tree.norm(v))  # of θ₀ + εv, relative to εv
    rounding = jnp.asarray(unit, z.dtype) * (jnp.mean(pulled) + monotone * stored.astype(z.dtype))
    return FiniteStep(epsilon, monotone, remainder, rounding)


def first_zero(
    function: Callable[[float], float], smallest: float, largest: float, points: int = 60, tolerance: float = 1e-10
) -> float:
    """The first sign change of a function that is positive at ``smallest``, by scanning a log grid and bracketing.

    Returns:
        the zero, or infinity if the function stays positive on every grid point up to ``largest``. A double zero
        between two grid points is missed: raise ``points`` to be surer.

    Raises:
        ValueError: if the function is not positive at ``smallest``.

    >>> round(first_zero(lambda e: 1 - e, 1e-3, 1e3), 9)
    1.0
    """
    from scipy.optimize import root_scalar

    grid = np.geomspace(smallest, largest, points)
    left = float(grid[0])
    if not function(left) > 0:
        raise ValueError(f"the function is not positive at {left:g}; expected a smaller first ε.")
    for right in grid[1:]:
        if function(float(right)) <= 0:
            return float(root_scalar(function, bracket=(left, float(right)), rtol=tolerance).root)
        left = float(right)
    return float("inf")


def lemma_radius(setting: Setting, smallest: float = 1e-4, largest: float = 1e4, points: int = 60) -> float:
    """ε*, the first zero of φ(ε): up to there the lemma's sign holds, without any limit (T5, c).

    Raises:
        ValueError: if φ is not positive at ``smallest``, or the loss has no μ.
    """
    channel = setting.channel
    chosen = channel if isinstance(channel, slice) else np.asarray(channel)
    outputs = jax.eval_shape(setting.apply, setting.teacher_init, setting.inputs).shape[-1]
    given = setting.teacher_init, setting.inputs, setting.update_direction()
    dtype = jax.tree.leaves(setting.teacher_init)[0].dtype
    phi = partial(_inner_product, setting.apply, setting.imitation_loss, tuple(np.arange(outputs)[chosen].tolist()))
    return first_zero(lambda e: float(phi(*given, jnp.asarray(e, dtype))), smallest, largest, points)


@partial(jax.jit, static_argnums=(0, 1, 2))
def _inner_product(apply, loss, channel, theta, inputs, v, epsilon) -> Float[Array, ""]:
    """φ(ε), compiled once for a network, loss and channel, whatever the parameters, inputs and v."""
    setting = Setting(
        apply=apply, teacher_init=theta, student_init=theta, inputs=inputs, teacher_update=v, imitation_loss=loss,
        channel=channel,
    )  # fmt: skip
    return finite_step(setting, epsilon).inner_product
