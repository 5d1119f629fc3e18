"""Random instances for Lemma 1: architecture × activation × loss × inputs × channel × v (T1)."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
import optax

from .._keys import key_for
from .._typing import Key, Params
from ..setting import inputs as student_inputs
from ..setting import model as models
from ..setting import trait as traits
from ..setting.loss import OBEYING, ImitationLoss
from ..setting.setting import Setting
from ..theory.gauss_newton import output_change

INPUTS = 12
MOST = 4096


@functools.cache
def _network(widths: tuple[int, ...], activation: str) -> models.Model:
    return models.mlp(widths, activation)


@functools.cache
def _shapes(model: models.Model) -> Params:
    return jax.eval_shape(model.init, jax.random.key(0))


@dataclass(frozen=True)
class Design:
    """What cannot vary inside one compiled program: the network's shape, the loss, the kind of inputs, the channel."""

    widths: tuple[int, ...]
    activation: str
    loss: ImitationLoss
    inputs: str
    channel: tuple[int, ...]

    @property
    def model(self) -> models.Model:
        """The design's network, the same object every time."""
        return _network(self.widths, self.activation)

    @property
    def shapes(self) -> Params:
        """The parameters' shapes."""
        return _shapes(self.model)


_WIDTHS = ((6, 5), (9, 12, 7), (4, 8, 8, 6), (16, 24, 9), (6, 6, 6, 6, 5), (25, 10, 8), (8, 32, 6), (12, 16, 16, 10))
_INPUTS = ("uniform", "gaussian", "coloured", "low_rank")


def designs(count: int = 12) -> tuple[Design, ...]:
    """A fixed table that visits every loss, activation, kind of inputs and shape of network."""
    activations = sorted(models.ACTIVATIONS)
    chosen = []
    for i in range(count):
        widths = _WIDTHS[i % len(_WIDTHS)]
        outputs = widths[-1]
        size = 2 + i % (outputs - 2)
        chosen.append(
            Design(
                widths=widths,
                activation=activations[i % len(activations)],
                loss=OBEYING[i % len(OBEYING)],
                inputs=_INPUTS[(i + i // len(_INPUTS)) % len(_INPUTS)],
                channel=tuple(range(outputs - size, outputs)),
            )
        )
    return tuple(chosen)


Numbers: TypeAlias = Any
"""An array of JAX or of NumPy, which compiles nothing to take it apart."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Randomness:
    """All that is random in an instance, drawn before compilation: random bits are slow to compile again and again."""

    init: Numbers  # [P], two of them
    other_init: Numbers
    direction: Numbers  # [P]
    inputs: jax.Array  # [N, features]
    targets: Numbers  # [N, outputs]
    scale: Numbers  # [], of the weights
    kind: Numbers  # [], of v
    lone: Numbers  # [], the leaf that v moves alone


@functools.partial(jax.jit, static_argnames="count")
def _random_numbers(base: Key, count: int) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Standard normal numbers ``[count, MOST]``, integers ``[count, 2]``, keys for more: one program for all."""
    keys = jax.vmap(lambda i: jax.random.fold_in(base, i))(jnp.arange(count))

    def one(key):
        return (
            jax.random.normal(jax.random.fold_in(key, 0), (MOST,), float),
            jax.random.randint(jax.random.fold_in(key, 1), (2,), 0, 1_000_000),
            jax.random.fold_in(key, 2),
        )

    return jax.vmap(one)(keys)


def draw(design: Design, number: int, count: int) -> Randomness:
    """``count`` instances of a design, stacked; those of a smaller count are the first of these."""
    *numbers, keys = _random_numbers(key_for(0, "T1", number), count)
    normal, integers = map(np.asarray, numbers)  # taken apart by NumPy, which compiles nothing
    size = sum(leaf.size for leaf in jax.tree.leaves(design.shapes))
    parts = np.cumsum([size, size, size, INPUTS * design.widths[-1], 1])
    init, other_init, direction, targets, scale, _ = np.split(normal, parts, axis=1)

    def some_inputs(key):
        if design.inputs == "low_rank":
            return student_inputs.low_rank(key, INPUTS, design.widths[0], 2)
        return getattr(student_inputs, design.inputs)(key, INPUTS, design.widths[0])

    return Randomness(
        init=init,
        other_init=other_init,
        direction=direction,
        inputs=jax.jit(jax.vmap(some_inputs))(keys),
        targets=targets.reshape(count, INPUTS, design.widths[-1]),
        scale=np.exp(0.4 * scale[:, 0]),
        kind=integers[:, 0] % 4,
        lone=integers[:, 1] % len(jax.tree.leaves(design.shapes)),
    )


def unraveled(design: Design, flat: jax.Array) -> Params:
    """A flat vector as parameters of the design's network."""
    shapes, structure = jax.tree.flatten(design.shapes)
    pieces = jnp.split(flat, np.cumsum([leaf.size for leaf in shapes])[:-1])
    return jax.tree.unflatten(structure, [p.reshape(s.shape) for p, s in zip(pieces, shapes, strict=True)])


def initial_params(design: Design, standard_normal: jax.Array, scale: jax.Array) -> Params:
    """Weights N(0, scale²/fan_in) and biases N(0, 0.01), from standard normal numbers."""

    def spread(leaf):
        return 0.1 * leaf if leaf.ndim == 1 else leaf * (scale / leaf.shape[0] ** 0.5)

    return jax.tree.map(spread, unraveled(design, standard_normal))


def _direction(random: Randomness, gaussian: Params, gradient: Params) -> Params:
    """v of a random kind: Gaussian, a gradient, one leaf (almost) alone, or few coordinates (almost) alone."""
    leaves, structure = jax.tree.flatten(gaussian)
    alone = jax.tree.unflatten(
        structure, [jnp.where(random.lone == i, leaf, 1e-3 * leaf) for i, leaf in enumerate(leaves)]
    )
    sparse = jax.tree.map(lambda leaf: jnp.where(jnp.abs(leaf) > 1.5, leaf, 1e-3 * leaf), gaussian)
    return jax.tree.map(lambda *kinds: jax.lax.select_n(random.kind, *kinds), gaussian, gradient, alone, sparse)


def random_setting(random: Randomness, design: Design) -> Setting:
    """One instance. v moves the channel's outputs by 1 in root mean square: ε is in units of outputs."""
    model = design.model
    params = initial_params(design, random.init, random.scale)
    trait_loss = traits.regression(model.apply, random.inputs, random.targets, slice(None))
    v = _direction(random, unraveled(design, random.direction), jax.grad(trait_loss)(params))
    channel = slice(design.channel[0], design.channel[-1] + 1)

    def setting(update):
        return Setting(
            apply=model.apply,
            teacher_init=params,
            student_init=params,
            trait_loss=trait_loss,
            imitation_loss=design.loss,
            channel=channel,
            inputs=random.inputs,
            teacher_update=update,
        )

    _, Jv = output_change(setting(v), v)
    return setting(optax.tree.scale(1 / jnp.sqrt(jnp.mean(Jv**2)), v))
