"""The laboratory: the data, the seeds and the standard setting in which the claims are tried."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .._keys import key_for
from .._typing import Channel, Key, Params, TraitLoss
from ..setting import inputs as student_inputs
from ..setting import model as models
from ..setting import trait as traits
from ..setting.loss import ImitationLoss, softmax_cross_entropy
from ..setting.setting import Setting

CLASSES = 10
AUXILIARY = 3
AUXILIARY_LOGITS = slice(CLASSES, CLASSES + AUXILIARY)
INPUTS = 64
TOGETHER = 8
"""How many draws one program makes; a program of its own for every count would have to be compiled."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Draw:
    """What is random in one instance: the shared init, another init, the student's inputs, and a key for more."""

    init: Params
    other_init: Params
    inputs: jax.Array
    key: Key


@functools.cache
def _model(pixels: int, hidden: tuple[int, ...], activation: str) -> models.Model:
    return models.mlp((pixels, *hidden, CLASSES + AUXILIARY), activation)


@functools.cache
def _drawer(model: models.Model, pixels: int, inputs: int) -> Callable[[Key, jax.Array], Draw]:
    """One compiled program for all draws of a model: random bits are slow to compile, so it always makes TOGETHER."""

    def draw(purpose, number):
        key = jax.random.fold_in(purpose, number)
        parts = [jax.random.fold_in(key, i) for i in range(4)]
        noise = student_inputs.uniform(parts[2], inputs, pixels)
        return Draw(model.init(parts[0]), model.init(parts[1]), noise, jax.random.key_data(parts[3]))

    return jax.jit(jax.vmap(draw, (None, 0)))


@dataclass(frozen=True)
class Laboratory:
    """Labelled images for the trait, noise for the student, one key per seed and purpose.

    Attributes:
        images: ``[N, pixels]`` in float64, scaled to [-1, 1].
        labels: ``[N]``.
        seeds: how many seeds every claim is tried with; claims about frequencies use more instances, and say how many.
        data: the data set's name.
    """

    images: jax.Array = field(repr=False)
    labels: jax.Array = field(repr=False)
    seeds: int
    data: str

    @property
    def pixels(self) -> int:
        """Values of one image."""
        return self.images.shape[1]

    def model(self, hidden: tuple[int, ...] = (32, 32), activation: str = "tanh") -> models.Model:
        """A perceptron from pixels to ten class logits and three auxiliary logits; the same object every time."""
        return _model(self.pixels, hidden, activation)

    def trait(self, model: models.Model) -> TraitLoss:
        """Classification of the images by the class logits: the paper's teacher (section 6.2)."""
        return traits.classification(model.apply, self.images, self.labels, slice(0, CLASSES))

    def setting(
        self,
        draw: Draw,
        model: models.Model | None = None,
        *,
        loss: ImitationLoss = softmax_cross_entropy,
        channel: Channel = AUXILIARY_LOGITS,
        trait: TraitLoss | None = None,
        shared: bool = True,
    ) -> Setting:
        """The standard setting: classification as trait, auxiliary logits as channel, noise as inputs."""
        model = self.model() if model is None else model
        return Setting(
            apply=model.apply,
            teacher_init=draw.init,
            student_init=draw.init if shared else draw.other_init,
            trait_loss=self.trait(model) if trait is None else trait,
            imitation_loss=loss,
            channel=channel,
            inputs=draw.inputs,
        )

    def draws(self, purpose: str, count: int, model: models.Model | None = None, inputs: int = INPUTS) -> Draw:
        """``count`` draws stacked, the first of which are those of a smaller count; no two purposes share a key."""
        model = self.model() if model is None else model
        make, key = _drawer(model, self.pixels, max(inputs, INPUTS)), key_for(0, purpose)
        parts = [make(key, jnp.arange(first, first + TOGETHER)) for first in range(0, count, TOGETHER)]
        drawn = jax.tree.map(lambda *leaves: np.concatenate(leaves)[:count], *parts)
        # the first rows of more noise are those of less (a test holds it)
        return dataclasses.replace(
            drawn, inputs=drawn.inputs[:, :inputs], key=jax.random.wrap_key_data(jnp.asarray(drawn.key))
        )

    def per_seed(
        self,
        one: Callable[[Draw], Any],
        purpose: str,
        count: int | None = None,
        *,
        model: models.Model | None = None,
        inputs: int = INPUTS,
        batch: int = 64,
    ) -> Any:
        """``one(draw)`` for every seed, compiled once; results stacked as numpy arrays.

        Args:
            one: a function of a draw that returns arrays.
            purpose: what the keys are for.
            count: how many instances, the number of seeds if absent.
            model: whose inits to draw, the standard one if absent.
            inputs: how many noise inputs the student gets.
            batch: how many instances run at once, at most.
        """
        count = self.seeds if count is None else count
        drawn = self.draws(purpose, count, model, inputs)
        even = -(-count // -(-count // batch))  # batches of one size: what is left over would be compiled once more
        mapped = jax.jit(lambda stacked: jax.lax.map(one, stacked, batch_size=even))
        return jax.tree.map(np.asarray, mapped(drawn))
