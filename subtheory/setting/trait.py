"""The trait: what the teacher is taught, as a trait loss L_T(θ), and how it is judged."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, Int

from .._tree import inner
from .._typing import Apply, Channel, Params, TraitLoss
from .channel import select


def classification(
    apply: Apply, inputs: jax.Array, labels: Int[Array, " N"], outputs: Channel = slice(0, 10)
) -> TraitLoss:
    """Mean cross-entropy of the class logits on labelled inputs (paper, section 6.2: the MNIST teacher's loss).

    Args:
        apply: the network.
        inputs: ``[N, ...]``.
        labels: class numbers, ``[N]``.
        outputs: which outputs are the class logits.

    Raises:
        ValueError: if inputs and labels differ in number.
    """
    if len(inputs) != len(labels):
        raise ValueError(f"got {len(inputs)} inputs and {len(labels)} labels; expected one label for each input.")

    def trait_loss(params):
        logits = select(apply(params, inputs), outputs)
        return jnp.mean(optax.losses.softmax_cross_entropy_with_integer_labels(logits, labels))

    return trait_loss


def regression(apply: Apply, inputs: jax.Array, targets: Float[Array, ...], outputs: Channel) -> TraitLoss:
    """Half the mean squared error of some outputs to given targets ``[N, k]``: quadratic for a linear model (T6).

    Raises:
        ValueError: when used, if targets and outputs differ in shape.
    """

    def trait_loss(params):
        got = select(apply(params, inputs), outputs)
        if got.shape != targets.shape:
            raise ValueError(f"targets have shape {targets.shape}, the outputs {got.shape}; expected one for each.")
        return 0.5 * jnp.mean(jnp.sum((got - targets) ** 2, axis=-1))

    return trait_loss


def regulariser(params: Params) -> Float[Array, ""]:
    """½‖θ‖²: a trait that has nothing to do with any input or output (T2)."""
    return 0.5 * inner(params, params)


def teacher_update(trait_loss: TraitLoss, params: Params) -> Params:
    """v = −∇L_T(θ₀), the direction of the teacher's gradient step (theory.md, section 0)."""
    return jax.tree.map(jnp.negative, jax.grad(trait_loss)(params))


def accuracy(
    apply: Apply, params: Params, inputs: jax.Array, labels: Int[Array, " N"], outputs: Channel = slice(0, 10)
) -> Float[Array, ""]:
    """The fraction of inputs whose largest class logit is the label's, as precise as the logits or float32."""
    logits = select(apply(params, inputs), outputs)
    precision = logits.dtype if jnp.finfo(logits.dtype).bits > 32 else jnp.float32
    return jnp.mean(jnp.argmax(logits, axis=-1).astype(labels.dtype) == labels, dtype=precision)
