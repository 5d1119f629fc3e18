"""Many steps: linearised distillation, its monotone alignment and its limit, the coverage (theory.md, T12).

Reference: gradient alignment through training, Kitkana & Arora, arXiv 2604.25779; coverage, Madl, arXiv 2606.22019.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from .._tree import move, scaled
from .._typing import Params, Rate
from ..setting.setting import Setting
from .gauss_newton import gauss_newton_operator
from .spectrum import Spectrum, krylov_spectrum


def linearised_displacement(setting: Setting, epsilon: Rate, step_size: Rate, steps: int) -> Params:
    """u_k = (I − (I − ηG)^k) ε v, the student's displacement after k linearised steps, from k products with G (T12).

    Exact for squared error on the linearised network, and to first order in ε for softmax.

    Args:
        setting: with a shared initialisation.
        epsilon: the teacher's learning rate.
        step_size: η, the student's.
        steps: k.
    """
    product = gauss_newton_operator(setting)
    left = scaled(epsilon, setting.update_direction())  # (I − ηG)^k ε v

    def shrink(left, _):
        return move(left, -step_size, product(left)), None

    remaining, _ = jax.lax.scan(shrink, left, None, length=steps)
    return jax.tree.map(jnp.subtract, left, remaining)


def channel_spectrum(setting: Setting, most: int | None = None) -> Spectrum:
    """The spectrum of G as v sees it. rank(G) ≤ N·m, so N·m + 1 Lanczos steps see all of it (T12).

    Args:
        setting: with N inputs and m channel outputs.
        most: the most Lanczos steps, where N·m is too many.
    """
    outputs = jax.eval_shape(setting.channel_outputs, setting.teacher_init)
    steps = int(np.prod(outputs.shape)) + 1
    return krylov_spectrum(
        gauss_newton_operator(setting), setting.update_direction(), steps if most is None else min(steps, most)
    )


def coverage(setting: Setting, tolerance: float | None = None, most: int | None = None) -> float:
    """κ = ‖P v‖²/‖v‖² with P the projector on range(G): the share of v that the channel can ever convey (T12).

    Args:
        setting: with N inputs and m channel outputs.
        tolerance: eigenvalues of G below this times the largest count as zero; 1e-10 if absent, in float32 4e-6,
            which is what that format resolves (take float64 where smaller ones matter).
        most: the most Lanczos steps, where N·m is too many.
    """
    return channel_spectrum(setting, most).coverage(tolerance)


def predicted_alignment(
    spectrum: Spectrum, squared_norm: float, epsilon: Rate, step_size: Rate, steps: np.ndarray
) -> Float[Array, " k"]:
    """v·u_k = ε‖v‖² Σ_i ω_i (1 − (1 − ηλ_i)^k): non-negative for ηλ_max ≤ 2, growing for ηλ_max ≤ 1 (T12).

    Args:
        spectrum: of G as v sees it.
        squared_norm: ‖v‖².
        epsilon: the teacher's learning rate.
        step_size: η, the student's.
        steps: the k at which to evaluate.
    """
    shrink = 1 - step_size * np.clip(spectrum.values, 0, None)
    grown = 1 - shrink[None, :] ** np.asarray(steps)[:, None]
    return jnp.asarray(epsilon * squared_norm * grown @ spectrum.weights)
