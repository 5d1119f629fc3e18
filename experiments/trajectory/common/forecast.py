"""What is known of a student before it is trained, and what the theory makes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import optax

from experiments.auxiliary_logits.common.protocol import LOSSES, Protocol
from subtheory._tree import cosine, inner, move
from subtheory.setting.model import ACTIVATIONS
from subtheory.setting.setting import Setting
from subtheory.theory.gauss_newton import gauss_newton_operator
from subtheory.theory.krylov import flowed, followed, linear_displacement
from subtheory.theory.trajectory import imitation_terms

from .stage import Stage

PRODUCTS = 16
"""With G, for each of the two flows and for the coverage."""
LOOKS = 8
"""Minibatches from which Adam's diagonal at the start is read."""


def forecasts(stage: Stage, loss: str, start: Any, judged: Callable[[Any], jax.Array]) -> dict[str, jax.Array]:
    """Every predictor of one student, none of which has seen it train.

    Args:
        stage: teacher, inputs, images.
        loss: the imitation loss's name.
        start: θ_start.
        judged: the accuracy of parameters.
    """
    protocol, v = stage.protocol, stage.displacement
    setting = replace(stage.setting(start), imitation_loss=LOSSES[loss], teacher_init=start)
    terms = imitation_terms(setting, start, stage.teacher)
    gradient = _imitation_gradient(setting, stage.teacher, setting.inputs)(start)
    trait_gradient = jax.grad(stage.trait)(start, (stage.images, stage.labels))
    product = gauss_newton_operator(setting)
    before = judged(start)
    flow, linear, share = _flows(stage, setting, product, gradient)
    return {
        "A": inner(v, product(v)),
        "coverage": share,
        "S": terms.monotone,
        "r": terms.remainder / terms.monotone,
        "distance": optax.tree.norm(jax.tree.map(jnp.subtract, start, stage.reference)) / optax.tree.norm(v),
        "first-step cosine": -cosine(gradient, v),
        "gradient cosine": cosine(gradient, trait_gradient),
        "CKA": cka(hidden(protocol, start, setting.inputs), hidden(protocol, stage.teacher, setting.inputs)),
        "flow": judged(move(start, 1.0, flow)) - before,
        "linear training": judged(move(start, 1.0, linear)) - before,
        "start accuracy": before,
    }


def _flows(stage: Stage, setting: Setting, product: Callable[[Any], Any], gradient: Any) -> tuple[Any, ...]:
    """(T15's u for w = θ_T − θ_start, where the linearised student flows on the outputs, the share of v conveyed).

    Adam and sign descent are taken as descent with a frozen diagonal, 1/(√v̂ + a hundredth of its mean), v̂ the mean
    square of the gradients of a few minibatches at the start; momentum as descent at ten times its rate.
    """
    protocol = stage.protocol
    steps = protocol.student_epochs * (protocol.noise // protocol.batch)
    rate = protocol.student_rate * (10 if protocol.student_optimiser == "momentum" else 1)
    time, diagonal = jnp.asarray(rate * steps, stage.inputs.dtype), None
    if protocol.student_optimiser in ("adam", "sign"):
        diagonal = _frozen(stage, setting)
    way = jax.tree.map(jnp.subtract, stage.teacher, setting.student_init)
    down = jax.tree.map(jnp.negative, gradient)
    if diagonal is not None:
        down = jax.tree.map(jnp.multiply, diagonal, down)
    seen = linear_displacement(product, stage.displacement, flowed(time), PRODUCTS, diagonal)
    return (
        linear_displacement(product, way, flowed(time), PRODUCTS, diagonal),
        linear_displacement(product, down, followed(time), PRODUCTS, diagonal),
        inner(seen, stage.displacement) / inner(stage.displacement, stage.displacement),
    )


def _frozen(stage: Stage, setting: Setting) -> Any:
    size = stage.protocol.batch
    batches = stage.inputs[: LOOKS * size].reshape(-1, size, stage.inputs.shape[1])

    def squares(inputs):
        return jax.tree.map(jnp.square, _imitation_gradient(setting, stage.teacher, inputs)(setting.student_init))

    roots = jax.tree.map(lambda leaf: jnp.sqrt(jnp.mean(leaf, axis=0)), jax.lax.map(squares, batches))
    leaves = jax.tree.leaves(roots)
    floor = 0.01 * sum(jnp.sum(leaf) for leaf in leaves) / sum(leaf.size for leaf in leaves)
    return jax.tree.map(lambda leaf: 1 / (leaf + floor), roots)


def _imitation_gradient(setting: Setting, teacher: Any, inputs: jax.Array) -> Callable[[Any], Any]:
    there = replace(setting, inputs=inputs)
    target = there.channel_outputs(teacher)
    return jax.grad(lambda theta: setting.imitation_loss.mean(there.channel_outputs(theta), target))


def hidden(protocol: Protocol, params: Any, inputs: jax.Array) -> jax.Array:
    """The last hidden layer of a perceptron, ``[N, width]``."""
    values = inputs
    for number in range(len(protocol.hidden)):
        layer = params["layers"][number]
        values = ACTIVATIONS[protocol.activation](values @ layer["kernel"] + layer["bias"][None])
    return values


def cka(one: jax.Array, two: jax.Array) -> jax.Array:
    """Linear centred kernel alignment of two representations of the same inputs, 1 if they are one but for a rotation.

    >>> units = jnp.array([[1.0, 0.0], [0.0, 1.0], [3.0, 1.0]])
    >>> round(float(cka(units, units[:, ::-1])), 9)
    1.0
    """
    a, b = (part - jnp.mean(part, axis=0, keepdims=True) for part in (one, two))
    norms = jnp.linalg.norm(a.T @ a) * jnp.linalg.norm(b.T @ b)
    return jnp.linalg.norm(a.T @ b) ** 2 / jnp.where(norms > 0, norms, jnp.ones_like(norms))
