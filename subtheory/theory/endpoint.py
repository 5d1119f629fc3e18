"""Where a trajectory ends, linearised: T12's law for the measured displacement of a real teacher (theory.md, T15)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp

from .._tree import move
from .._typing import Params, Rate
from ..setting.setting import Setting
from .gauss_newton import gauss_newton_operator
from .spectrum import Spectrum, krylov_spectrum


def _at_start(setting: Setting) -> Callable[[Params], Params]:
    """G at the *student's* start, where its training is linearised."""
    return gauss_newton_operator(replace(setting, teacher_init=setting.student_init))


def linear_trajectory(
    setting: Setting,
    displacement: Params,
    step_size: Rate,
    steps: int,
    watch: Callable[[Params], Any],
    diagonal: Params | None = None,
) -> tuple[Params, Any]:
    """u_k = (I − (I − ηPG)^k) w step by step, from one product with G each; nothing is formed (T15).

    Args:
        setting: the student's start, channel, inputs and loss.
        displacement: w = θ_T − θ_start, as measured, of any teacher.
        step_size: η.
        steps: k.
        watch: ``watch(u)`` is recorded after every step: an inner product, or ``trait_outputs``.
        diagonal: of a fixed diagonal P, such as Adam's own; ones if absent.

    Returns:
        u after the last step, and the record.
    """
    product = _at_start(setting)

    def step(left, _):
        pull = product(left)
        pull = pull if diagonal is None else jax.tree.map(jnp.multiply, diagonal, pull)
        left = move(left, -step_size, pull)
        return left, watch(jax.tree.map(jnp.subtract, displacement, left))

    left, record = jax.lax.scan(step, displacement, None, length=steps)
    return jax.tree.map(jnp.subtract, displacement, left), record


def trait_outputs(setting: Setting, displacement: Params, trait_inputs: jax.Array) -> jax.Array:
    """z_start(x') + J(x')u: all outputs on other inputs when the student has come by u, to first order (T11, T15)."""
    start = setting.student_init
    z, Ju = jax.jvp(lambda theta: setting.apply(theta, trait_inputs), (start,), (displacement,))
    return z + Ju


def trajectory_spectrum(
    setting: Setting, displacement: Params, most: int, diagonal: Params | None = None
) -> tuple[Spectrum, float]:
    """The spectrum of P^½ G P^½ as P^{−½}w sees it, and wᵀP⁻¹w; with it wᵀP⁻¹u_k is ``flow.predicted_alignment`` (T15).

    Args:
        setting: as for ``linear_trajectory``.
        displacement: w.
        most: the most Lanczos steps; rank(G) + 1 see everything.
        diagonal: of P; ones if absent.
    """
    product = _at_start(setting)
    root = jax.tree.map(jnp.ones_like if diagonal is None else jnp.sqrt, displacement if diagonal is None else diagonal)

    def symmetric(u):
        return jax.tree.map(jnp.multiply, root, product(jax.tree.map(jnp.multiply, root, u)))

    seen = jax.tree.map(jnp.divide, displacement, root)
    squared = sum(float(jnp.sum(leaf**2)) for leaf in jax.tree.leaves(seen))
    return krylov_spectrum(symmetric, seen, most), squared
