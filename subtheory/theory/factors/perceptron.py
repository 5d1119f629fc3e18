"""A trait's direction in factors: its gradient has the rank of its examples in every linear map (theory.md, T16)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from ..._typing import Params
from .parts import Factors


def perceptron_direction(
    params: Params,
    activation: Callable[[jax.Array], jax.Array],
    inputs: Float[Array, "n ..."],
    output_loss: Callable[[jax.Array], Float[Array, ""]],
) -> Params:
    """v = −∇L of a perceptron, every kernel's part in factors of n ranks; biases are vectors, and stay dense.

        ∇_W L = Xᵀ Δ,   X = what goes into the map, Δ = ∂L/∂(XW), what comes back, example by example   (T16)

    Args:
        params: as ``setting.model.mlp`` makes them, with biases or without.
        activation: between layers.
        inputs: the trait's, flattened here.
        output_loss: L as a function of the outputs ``[n, out]`` on these inputs.

    Raises:
        ValueError: parameters that are no perceptron's.

    >>> import jax.numpy as jnp
    >>> line = {"layers": {0: {"kernel": jnp.ones((3, 2))}}}
    >>> v = perceptron_direction(line, jnp.tanh, jnp.ones((1, 3)), lambda y: jnp.sum(y * y) / 2)
    >>> part = v["layers"][0]["kernel"]
    >>> part.A.shape, part.B.tolist()
    ((3, 1), [[-3.0, -3.0]])
    """
    layers = _layers(params)
    inputs = inputs.reshape(inputs.shape[0], -1)

    def loss(room: list[jax.Array]) -> tuple[jax.Array, list[jax.Array]]:
        seen, y = [], inputs
        for layer, zeros in zip(layers.values(), room, strict=True):
            seen.append(activation(y) if seen else inputs)
            y = _with_bias(layer, seen[-1] @ layer["kernel"]) + zeros
        return output_loss(y), seen

    room = [jnp.zeros((len(inputs), layer["kernel"].shape[1]), layer["kernel"].dtype) for layer in layers.values()]
    back, seen = jax.grad(loss, has_aux=True)(room)
    found = {}
    for (place, layer), X, delta in zip(layers.items(), seen, back, strict=True):
        found[place] = {"kernel": Factors(X.T, -delta)}
        if "bias" in layer:
            found[place]["bias"] = -jnp.sum(delta, axis=0)
    return {"layers": found}


def output_change_along(
    params: Params, activation: Callable[[jax.Array], jax.Array], inputs: Float[Array, "N ..."], v: Params
) -> tuple[Float[Array, "N out"], Float[Array, "N out"]]:
    """All outputs z and Jv from the factors alone: A B is never formed, nor anything multiplied by it.

        d/dε x(W + ε A B) = ẋ W + (x A) B,   r(in + out) multiplications in place of in · out   (T16)

    Args:
        params: where the derivative is taken.
        activation: between layers.
        inputs: any, flattened here.
        v: from ``perceptron_direction`` or ``truncated``.

    Raises:
        ValueError: parameters or a direction that are no perceptron's.
    """
    layers, parts = _layers(params), _layers(v)
    y, Dy = inputs.reshape(inputs.shape[0], -1), None
    for place, layer in layers.items():
        x, Dx = (y, None) if Dy is None else jax.jvp(activation, (y,), (Dy,))
        W, DW = layer["kernel"], parts[place]["kernel"]
        y = _with_bias(layer, x @ W)
        Dy = _with_bias(parts[place], (x @ DW.A) @ DW.B)
        Dy = Dy if Dx is None else Dx @ W + Dy
    assert Dy is not None  # there is a layer
    return y, Dy


def _layers(params: Params) -> dict[Any, dict[str, Any]]:
    """The layers in their order, by their place."""
    layers = params.get("layers") if isinstance(params, dict) else None
    if not layers or not all("kernel" in layer for layer in layers.values()):
        raise ValueError(
            "got parameters without layers of one kernel each; expected a perceptron's, as st.models.mlp makes them."
        )
    return {place: layers[place] for place in sorted(layers)}


def _with_bias(layer: dict[str, Any], y: jax.Array) -> jax.Array:
    return y + layer["bias"][None, :] if "bias" in layer else y
