"""The premises of T0 on an imitation loss, checked numerically on the outputs at hand."""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

from .._keys import key_for
from .loss import ImitationLoss

LARGEST_CHANNEL = 64
MOST_INPUTS = 32


@dataclass(frozen=True)
class Premise:
    """One premise, whether it is met, and the finding in words."""

    name: str
    met: bool
    words: str

    def __str__(self) -> str:
        return f"{self.name} {'met' if self.met else 'broken'}: {self.words}"


def check_premises(
    loss: ImitationLoss, outputs: jax.Array, other_outputs: jax.Array | None = None
) -> tuple[Premise, ...]:
    """Check P1, P2 and P3 of theory.md T0 at the given outputs, one report each.

    P1: ∂ℓ/∂z = 0 at z = y, and continuous there. P2: M = −∂²ℓ/∂y∂z at y = z is symmetric and positive semi-definite.
    P3: the null space of M is the same at every input, and ∂ℓ/∂z(z, y) is orthogonal to it for every y.

    M is formed densely, input by input, on at most 32 inputs; a channel of more than 64 outputs is judged on its first
    64, the others held at their values.

    Args:
        loss: the imitation loss.
        outputs: z, outputs of a network on the channel, ``[..., m]``; finite.
        other_outputs: y, same shape, other outputs to try P3 at; Gaussian perturbations of z if absent.

    Returns:
        three ``Premise`` reports, in the order P1, P2, P3; a broken one names the input where it breaks worst.
    """
    z = jnp.reshape(outputs, (-1, outputs.shape[-1]))[:MOST_INPUTS]
    if other_outputs is None:
        noise = jax.random.normal(key_for(0, "premise probes"), z.shape, z.dtype)
        y = z + noise * (1 + jnp.std(z))
    else:
        y = jnp.reshape(other_outputs, (-1, outputs.shape[-1]))[:MOST_INPUTS]
    matrices = np.asarray(_dense_curvature(loss, z), np.float64)
    return (_first_premise(loss, z, y), _second_premise(matrices, z.dtype), _third_premise(loss, matrices, z, y))


def broken(premises: tuple[Premise, ...]) -> tuple[Premise, ...]:
    """Those premises that are not met."""
    return tuple(premise for premise in premises if not premise.met)


def _dense_curvature(loss: ImitationLoss, z: jax.Array) -> jax.Array:
    """M at every input, ``[N, m, m]`` (column k is M e_k), on the first 64 outputs."""
    m = min(z.shape[-1], LARGEST_CHANNEL)
    basis = jnp.eye(z.shape[-1], dtype=z.dtype)[:m]
    columns = jax.vmap(lambda e: loss.mixed_curvature(z, z, jnp.broadcast_to(e, z.shape)))(basis)
    return jnp.moveaxis(columns, 0, -1)[:, :m, :]


def _worst(violation: np.ndarray) -> int:
    return int(np.argmax(np.where(np.isfinite(violation), violation, np.inf)))


def _first_premise(loss: ImitationLoss, z: jax.Array, y: jax.Array) -> Premise:
    """∂ℓ/∂z vanishes at z = y, and a nearby y gives a nearby gradient."""
    eps = float(jnp.finfo(z.dtype).eps)
    size = 1 + np.asarray(jnp.linalg.norm(z, axis=-1), np.float64)
    at_rest = np.asarray(jnp.linalg.norm(loss.gradient(z, z), axis=-1), np.float64)
    if not (at_rest <= 100 * eps * size).all():
        i = _worst(at_rest / size)
        return Premise(
            "P1", False, f"the gradient in z at z = y is {at_rest[i]:.3g} at input {i}; expected 0 (theory.md, T0)"
        )
    # a continuous gradient falls with the step; halving the exponent keeps clear of rounding
    step = (y - z) / jnp.maximum(jnp.linalg.norm(y - z, axis=-1, keepdims=True), jnp.asarray(eps, z.dtype))
    near, nearer = (
        np.asarray(jnp.linalg.norm(loss.gradient(z, z + h * step), axis=-1), np.float64)
        for h in (eps**0.25, eps**0.5)
    )
    jumps = (nearer > 0.5 * near) & (nearer > 1e3 * eps**0.5 * size)
    if jumps.any() or not np.isfinite(nearer).all():
        i = _worst(np.where(jumps, nearer, 0.0))
        return Premise(
            "P1",
            False,
            f"the gradient in z jumps to {nearer[i]:.3g} beside z = y at input {i}: the loss is not differentiable there",
        )
    return Premise("P1", True, f"the gradient in z vanishes at z = y on {len(size)} inputs")


def _second_premise(matrices: np.ndarray, dtype: jnp.dtype) -> Premise:
    """M is symmetric and positive semi-definite at every input."""
    tolerance = 1e3 * float(jnp.finfo(dtype).eps) * (np.abs(matrices).max(axis=(1, 2)) + 1e-30)
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


def _third_premise(loss: ImitationLoss, matrices: np.ndarray, z: jax.Array, y: jax.Array) -> Premise:
    """The null space of M is constant, and the gradient never leaves its complement."""
    eps = float(jnp.finfo(z.dtype).eps)
    m = matrices.shape[-1]
    if m < z.shape[-1]:
        return Premise("P3", True, f"not decidable on {m} of {z.shape[-1]} outputs; taken as met")
    scale = float(np.abs(matrices).max())
    projectors = np.stack([_null_projector(matrix, scale * 1e-6, 1e3 * m * eps) for matrix in matrices])
    turned = np.abs(projectors - projectors[0]).max(axis=(1, 2))
    if (turned > 1e-3).any():
        i = _worst(turned)
        return Premise("P3", False, f"the null space of M turns between inputs: it differs at input {i} from input 0")
    gradient = np.asarray(loss.gradient(z, y), np.float64)
    leak = np.linalg.norm(np.einsum("nij,nj->ni", projectors, gradient), axis=-1)
    size = np.linalg.norm(gradient, axis=-1) + 1e-30
    if (leak > 1e3 * m * eps * (1 + size)).any():
        i = _worst(leak / (1 + size))
        return Premise("P3", False, f"the gradient in z has a part {leak[i]:.3g} in the null space of M at input {i}")
    rank = m - round(float(np.trace(projectors[0])))
    return Premise("P3", True, f"the null space of M is the same at every input (rank of M: {rank} of {m})")
