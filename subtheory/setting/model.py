"""Networks as pairs of pure functions: Flax NNX perceptron, linear model, small CNN, and a user's own module."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import jax
import jax.numpy as jnp
from flax import nnx
from jax.typing import DTypeLike

from .._names import known_name
from .._typing import Apply, Key, Params

ACTIVATIONS: dict[str, Callable[[jax.Array], jax.Array]] = {
    "tanh": jnp.tanh,
    "gelu": jax.nn.gelu,
    "relu": jax.nn.relu,
    "softplus": jax.nn.softplus,
    "silu": jax.nn.silu,
    "sin": jnp.sin,
    "identity": lambda x: x,
}


@dataclass(frozen=True)
class Model:
    """A network: ``model.init(key) -> params`` and ``model.apply(params, inputs) -> outputs``; both can be mapped."""

    init: Callable[[Key], Params]
    apply: Apply
    name: str


class Perceptron(nnx.Module):
    """A multilayer perceptron; weights N(0, scale²/fan_in), biases 0, activation between layers."""

    def __init__(self, widths, activation, init_scale, bias, dtype, rngs):
        kernel_init = nnx.initializers.variance_scaling(init_scale**2, "fan_in", "normal")
        self.layers = nnx.List(
            nnx.Linear(n, m, use_bias=bias, kernel_init=kernel_init, param_dtype=dtype, rngs=rngs)
            for n, m in pairwise(widths)
        )
        self.activation = activation

    def __call__(self, inputs):
        """Outputs ``[N, widths[-1]]`` for inputs ``[N, ...]``, flattened to ``[N, widths[0]]``."""
        hidden = inputs.reshape(inputs.shape[0], -1)
        for layer in self.layers[:-1]:
            hidden = self.activation(layer(hidden))
        return self.layers[-1](hidden)


class SmallCNN(nnx.Module):
    """Two 3×3 convolutions with stride 2, then a linear head."""

    def __init__(self, image_shape, channels, outputs, activation, init_scale, dtype, rngs):
        kernel_init = nnx.initializers.variance_scaling(init_scale**2, "fan_in", "normal")

        def convolution(n, m):
            return nnx.Conv(n, m, (3, 3), strides=2, kernel_init=kernel_init, param_dtype=dtype, rngs=rngs)

        height, width = image_shape
        features = -(-height // 4) * -(-width // 4) * channels[1]
        self.convolutions = nnx.List([convolution(1, channels[0]), convolution(channels[0], channels[1])])
        self.head = nnx.Linear(features, outputs, kernel_init=kernel_init, param_dtype=dtype, rngs=rngs)
        self.image_shape = tuple(image_shape)
        self.activation = activation

    def __call__(self, inputs):
        """Outputs ``[N, outputs]`` for images ``[N, height*width]`` or ``[N, height, width]``."""
        hidden = inputs.reshape(inputs.shape[0], *self.image_shape, 1)
        for convolution in self.convolutions:
            hidden = self.activation(convolution(hidden))
        return self.head(hidden.reshape(hidden.shape[0], -1))


def from_nnx(module: nnx.Module) -> tuple[Apply, Params]:
    """Split any Flax NNX module into ``(apply, params)``: pure, differentiable in its ``nnx.Param`` variables only.

    Other variables (batch statistics, random streams) are kept at their present values.

    Raises:
        ValueError: if the module has no ``nnx.Param``.
    """
    graph, state, rest = nnx.split(module, nnx.Param, ...)
    params = nnx.to_pure_dict(state)
    if not jax.tree.leaves(params):
        name = type(module).__name__
        raise ValueError(f"the module {name} has no nnx.Param; expected at least one to differentiate.")

    def apply(params, inputs):
        filled = jax.tree.map(lambda leaf: leaf, state)
        nnx.replace_by_pure_dict(filled, params)
        return nnx.merge(graph, filled, rest)(inputs)

    return apply, params


def _from_builder(build: Callable[[Key], nnx.Module], name: str) -> Model:
    """A ``Model`` of a function that builds a module from a key; the structure is traced once, without arithmetic."""
    abstract = nnx.eval_shape(lambda: build(jax.random.key(0)))
    graph, template = nnx.split(abstract)

    def init(key):
        return nnx.to_pure_dict(nnx.state(build(key), nnx.Param))

    def apply(params, inputs):
        state = jax.tree.map(lambda leaf: leaf, template)
        nnx.replace_by_pure_dict(state, params)
        return nnx.merge(graph, state)(inputs)

    return Model(init, apply, name)


def _default_float(dtype: DTypeLike | None) -> jnp.dtype:
    return jnp.zeros((), float).dtype if dtype is None else jnp.dtype(dtype)


def mlp(
    widths: Sequence[int] = (64, 64, 64, 13),
    activation: str = "tanh",
    init_scale: float = 1.0,
    *,
    bias: bool = True,
    dtype: DTypeLike | None = None,
) -> Model:
    """A multilayer perceptron of any widths, input and output included (the paper's: 784-256-256-13, ReLU).

    Args:
        widths: units of every layer, at least two numbers.
        activation: one of ``ACTIVATIONS``.
        init_scale: weights are drawn from N(0, init_scale²/fan_in), biases are 0.
        bias: whether layers have biases.
        dtype: of the parameters; JAX's default float if absent.

    Raises:
        ValueError: fewer than two widths, a width below 1, an unknown activation.

    >>> import jax
    >>> model = mlp((4, 3, 2))
    >>> model.apply(model.init(jax.random.key(0)), jnp.ones((5, 4))).shape
    (5, 2)
    """
    widths = tuple(int(width) for width in widths)
    if len(widths) < 2 or min(widths) < 1:
        raise ValueError(f"widths are {widths}; expected at least an input and an output width, all 1 or more.")
    function = ACTIVATIONS[known_name("activation", activation, ACTIVATIONS)]
    dtype = _default_float(dtype)

    def build(key):
        return Perceptron(widths, function, init_scale, bias, dtype, nnx.Rngs(key))

    return _from_builder(build, f"{activation} MLP {'-'.join(map(str, widths))}")


def linear(inputs: int, outputs: int, *, bias: bool = True, dtype: DTypeLike | None = None) -> Model:
    """A linear model, z = Wx + b: linear in θ, where T5 gives φ(ε) ≥ 0 for every ε."""
    return mlp((inputs, outputs), "identity", bias=bias, dtype=dtype)


def cnn(
    image_shape: tuple[int, int] = (8, 8),
    channels: tuple[int, int] = (8, 16),
    outputs: int = 13,
    activation: str = "tanh",
    init_scale: float = 1.0,
    *,
    dtype: DTypeLike | None = None,
) -> Model:
    """A small convolutional network on one-channel images.

    Raises:
        ValueError: an unknown activation.
    """
    function = ACTIVATIONS[known_name("activation", activation, ACTIVATIONS)]
    dtype = _default_float(dtype)

    def build(key):
        return SmallCNN(image_shape, channels, outputs, function, init_scale, dtype, nnx.Rngs(key))

    return _from_builder(build, f"{activation} CNN {'-'.join(map(str, channels))}")
