"""The premises of T0 on an imitation loss, checked numerically on the outputs at hand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from .._keys import key_for
from .loss import ImitationLoss

LARGEST_CHANNEL = 64
MOST_INPUTS = 32
LARGEST_OUTPUT = 3.0
CONSTANT = "constant null space"


@dataclass(frozen=True)
class Premise:
    """One premise, whether it is met (None: not checked), and the finding in words."""

    name: str
    met: bool | None
    words: str

    def __str__(self) -> str:
        state = {True: "met", False: "broken", None: "not checked"}[self.met]
        return f"{self.name} {state}: {self.words}"


def check_premises(
    loss: ImitationLoss, outputs: jax.Array, other_outputs: jax.Array | None = None
) -> tuple[Premise, ...]:
    """Check P1, P2 and P3 of theory.md T0 at the given outputs, one report each.

    P1: ∂ℓ/∂z = 0 at z = y, and continuous there. P2: M = −∂²ℓ/∂y∂z at y = z is symmetric and positive semi-definite.
    P3: ∂ℓ/∂z(z, y) is orthogonal to the null space of M(z), for every y. And, beside the premises, whether that null
    space is the same at every input: sufficient for P3 where ℓ has a μ (T5), and not necessary (cosine distance).

    M is formed densely, input by input, on at most 32 inputs; a channel of more than 64 outputs is judged on its first
    64, the others held at their values, and P3 is then reported as not checked: a null space seen through 64 outputs
    settles nothing. Where an output is larger than 3, P3 is tried at the input's outputs scaled
    down to 3: far out, a saturated softmax has eigenvalues below rounding that no check can tell from zeros.

    Args:
        loss: the imitation loss.
        outputs: z, outputs of a network on the channel, ``[..., m]``; finite.
        other_outputs: y, same shape, other outputs to try P3 at; Gaussian perturbations of z if absent.

    Returns:
        four ``Premise`` reports, P1, P2, P3 and the constant null space; a broken one names the input where it breaks
        worst.
    """
    if jnp.finfo(outputs.dtype).bits < 32:  # the premises are the loss's: the format of the outputs adds nothing
        outputs = outputs.astype(jnp.float32)
        other_outputs = None if other_outputs is None else other_outputs.astype(jnp.float32)
    z = jnp.reshape(outputs, (-1, outputs.shape[-1]))[:MOST_INPUTS]
    if other_outputs is None:
        noise = jax.random.normal(key_for(0, "premise probes"), z.shape, z.dtype)
        y = z + noise * (1 + jnp.std(z))
    else:
        y = jnp.reshape(other_outputs, (-1, outputs.shape[-1]))[:MOST_INPUTS]
    eps = float(jnp.finfo(z.dtype).eps)
    tame = jnp.minimum(1, LARGEST_OUTPUT / jnp.maximum(jnp.max(jnp.abs(z), axis=-1, keepdims=True), 1)).astype(z.dtype)
    at_hand = _measure(loss, jnp.concatenate([z, tame * z]), jnp.concatenate([y, tame * y]))
    seen, scaled = (
        _Measured(*(np.asarray(part[rows], np.float64) for part in at_hand))
        for rows in (slice(len(z)), slice(len(z), None))
    )
    size = 1 + np.linalg.norm(np.asarray(z, np.float64), axis=-1)
    return (
        _first_premise(seen, size, eps),
        _second_premise(seen.matrices, scaled.matrices, eps),
        *_third_premise(scaled, z.shape[-1], eps),
    )


def broken(premises: tuple[Premise, ...]) -> tuple[Premise, ...]:
    """Those premises that are found not to be met: neither what was not checked, nor what T1 and T2 do not need."""
    return tuple(premise for premise in premises if premise.met is False and premise.name != CONSTANT)


class _Measured(NamedTuple):
    """What the loss shows at N inputs: M, and ∂ℓ/∂z at y = z, beside it, still nearer, and at another y."""

    matrices: np.ndarray
    at_rest: np.ndarray
    near: np.ndarray
    nearer: np.ndarray
    elsewhere: np.ndarray


@partial(jax.jit, static_argnums=0)
def _measure(loss: ImitationLoss, z: jax.Array, y: jax.Array) -> tuple[jax.Array, ...]:
    """All that the premises need of the loss, compiled as one; M is ``[N, m, m]``, its column k being M e_k."""
    m = min(z.shape[-1], LARGEST_CHANNEL)
    basis = jnp.eye(z.shape[-1], dtype=z.dtype)[:m]
    columns = jax.vmap(lambda e: loss.mixed_curvature(z, z, jnp.broadcast_to(e, z.shape)))(basis)
    eps = jnp.finfo(z.dtype).eps
    step = (y - z) / jnp.maximum(jnp.linalg.norm(y - z, axis=-1, keepdims=True), jnp.asarray(eps, z.dtype))

    def beside(h):
        return loss.gradient(z, z + jnp.asarray(h, z.dtype) * step)

    return (
        jnp.moveaxis(columns, 0, -1)[:, :m, :],
        loss.gradient(z, z),
        beside(eps**0.25),
        beside(eps**0.5),
        loss.gradient(z, y),
    )


def _worst(violation: np.ndarray) -> int:
    return int(np.argmax(np.where(np.isfinite(violation), violation, np.inf)))


def _first_premise(seen: _Measured, size: np.ndarray, eps: float) -> Premise:
    """∂ℓ/∂z vanishes at z = y, and a nearby y gives a nearby gradient."""
    at_rest, near, nearer = (np.linalg.norm(g, axis=-1) for g in (seen.at_rest, seen.near, seen.nearer))
    if not (at_rest <= 100 * eps * size).all():
        i = _worst(at_rest / size)
        return Premise(
            "P1", False, f"the gradient in z at z = y is {at_rest[i]:.3g} at input {i}; expected 0 (theory.md, T0)"
        )
    # a continuous gradient falls with the step
    jumps = (nearer > 0.5 * near) & (nearer > 1e3 * eps**0.5 * size)
    if jumps.any() or not np.isfinite(nearer).all():
        i = _worst(np.where(jumps, nearer, 0.0))
        return Premise(
            "P1",
            False,
            f"the gradient in z jumps to {nearer[i]:.3g} beside z = y at input {i}: the loss is not smooth there",
        )
    return Premise("P1", True, f"the gradient in z vanishes at z = y on {len(size)} inputs")


def _second_premise(matrices: np.ndarray, scaled: np.ndarray, eps: float) -> Premise:
    """M is symmetric and positive semi-definite at every input."""
    finite = np.isfinite(matrices).all(axis=(1, 2))
    if not finite.all():
        return Premise("P2", False, f"M holds NaN or infinity at input {int(np.argmin(finite))}")
    largest = np.maximum(np.abs(matrices).max(axis=(1, 2)), np.abs(scaled).max(axis=(1, 2)))
    tolerance = 1e3 * eps * (largest + 1e-30)
    asymmetry = np.abs(matrices - matrices.transpose(0, 2, 1)).max(axis=(1, 2))
    if not (asymmetry <= tolerance).all():
        i = _worst(asymmetry - tolerance)
        return Premise("P2", False, f"M is asymmetric by {asymmetry[i]:.3g} at input {i}")
    smallest = np.linalg.eigvalsh(0.5 * (matrices + matrices.transpose(0, 2, 1)))[:, 0]
    if not (smallest >= -tolerance).all():
        i = _worst(-smallest - tolerance)
        return Premise("P2", False, f"M has the negative eigenvalue {smallest[i]:.3g} at input {i}")
    return Premise("P2", True, f"M is symmetric positive semi-definite on {len(matrices)} inputs")


def _null_projector(matrix: np.ndarray, scale: float, relative: float) -> np.ndarray:
    values, vectors = np.linalg.eigh(0.5 * (matrix + matrix.T))
    null = vectors[:, np.abs(values) <= relative * max(scale, np.abs(values).max())]
    return null @ null.T


def _third_premise(seen: _Measured, outputs: int, eps: float) -> tuple[Premise, Premise]:
    """The gradient never enters the null space of M; and whether that space is the same at every input."""
    matrices, gradient = seen.matrices, seen.elsewhere
    m = matrices.shape[-1]
    if m < outputs:
        words = f"the null space of M cannot be told from {m} of {outputs} outputs"
        return Premise("P3", None, words), Premise(CONSTANT, None, words)
    if not (np.isfinite(matrices).all() and np.isfinite(gradient).all()):
        return Premise("P3", False, "M or the gradient in z holds NaN or infinity"), Premise(CONSTANT, None, "see P3")
    scale = float(np.abs(matrices).max())
    projectors = np.stack([_null_projector(matrix, scale * 1e-6, 30 * m * eps) for matrix in matrices])
    return _orthogonal(projectors, gradient, eps), _constant(projectors)


def _orthogonal(projectors: np.ndarray, gradient: np.ndarray, eps: float) -> Premise:
    m = projectors.shape[-1]
    leak = np.linalg.norm(np.einsum("nij,nj->ni", projectors, gradient), axis=-1)
    size = np.linalg.norm(gradient, axis=-1) + 1e-30
    if (leak > 1e3 * m * eps * (1 + size)).any():
        i = _worst(leak / (1 + size))
        return Premise("P3", False, f"the gradient in z has a part {leak[i]:.3g} in the null space of M at input {i}")
    return Premise("P3", True, f"the gradient in z stays out of the null space of M on {len(projectors)} inputs")


def _constant(projectors: np.ndarray) -> Premise:
    turned = np.abs(projectors - projectors[0]).max(axis=(1, 2))
    if (turned > 1e-3).any():
        i = _worst(turned)
        return Premise(CONSTANT, False, f"the null space of M turns between inputs: at input {i} it is not input 0's")
    m = projectors.shape[-1]
    rank = m - round(float(np.trace(projectors[0])))
    return Premise(CONSTANT, True, f"the null space of M is the same at every input (rank of M: {rank} of {m})")
