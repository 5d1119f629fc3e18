"""Learning from answers: the mean negative log-likelihood of masked tokens, and training on it, compiled once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Bool, Float, Int

from subtheory._checks import leaf_name
from subtheory._names import known_name
from subtheory._typing import Key, Params
from subtheory.lm.coordinates.paths import layer_path, leaves_by_path, selected
from subtheory.lm.decoder.decoder import Decoder
from subtheory.simulation.optimisers import OPTIMISERS
from subtheory.simulation.training import Schedule, fit

from .vocabulary import ASSISTANT, END

Answers = tuple[Int[Array, "B T"] | Int[np.ndarray, "B T"], Bool[Array, "B T"] | Bool[np.ndarray, "B T"]]
"""Tokens and a mask of those that are learned."""


@dataclass(frozen=True)
class Recipe:
    """How a model is fine-tuned.

    Attributes:
        rate: the learning rate.
        batch: examples per step.
        epochs: passes over the examples.
        optimiser: one of ``OPTIMISERS``.
        trained: patterns of the parameters that move (``layers``, ``layers/mlp``, ``*/bias``), those of all layers
            alike; all parameters if empty.

    Raises:
        ValueError: if there is no such optimiser.
    """

    rate: float = 1e-3
    batch: int = 256
    epochs: int = 1
    optimiser: str = "adam"
    trained: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is no optimiser."""
        known_name("optimiser", self.optimiser, OPTIMISERS)

    def transformation(self) -> optax.GradientTransformation:
        """The optimiser, which leaves what is not trained where it is.

        Its ``init`` raises ValueError for a pattern that means no parameter, or those of one layer alone.
        """
        optimiser = OPTIMISERS[self.optimiser](self.rate)
        if not self.trained:
            return optimiser

        def labels(params: Params) -> Params:
            found = selected(leaves_by_path(params), self.trained)
            for name, layer in found:
                if layer is not None:
                    raise ValueError(f"{layer_path(name, layer)} is one layer's; expected parameters of all layers.")
            moving = {name for name, _ in found}
            return jax.tree_util.tree_map_with_path(
                lambda path, _: "moves" if leaf_name(path) in moving else "rests", params
            )

        return optax.multi_transform({"moves": optimiser, "rests": optax.set_to_zero()}, labels)


def answer_loss(decoder: Decoder, first: int = 0) -> Callable[[Params, Answers], Float[Array, ""]]:
    """``loss(params, (tokens[B, T], mask[B, T]))``: minus the mean log p of the tokens in the mask, in nats.

    Args:
        decoder: the model.
        first: the first place where a mask may be true; the head is not run before, which saves time.
    """
    first = max(first, 1)

    def loss(params: Params, answers: Answers) -> Float[Array, ""]:
        tokens, mask = jnp.asarray(answers[0]), jnp.asarray(answers[1])
        hidden = decoder.hidden(params, tokens[:, :-1])[:, first - 1 :]
        log_p = jax.nn.log_softmax(decoder.head(params, hidden))
        chosen = jnp.take_along_axis(log_p, tokens[:, first:, None], axis=-1)[..., 0]
        weight = mask[:, first:].astype(chosen.dtype)
        return -jnp.sum(chosen * weight) / jnp.maximum(jnp.sum(weight), 1)

    return loss


def single_turn_mask(tokens: Int[np.ndarray, "N T"], ends: bool = True) -> Bool[np.ndarray, "N T"]:
    """The answer of each row's last turn, with its ``<end>`` or without."""
    opened = np.cumsum(tokens == ASSISTANT, axis=1)
    last = opened == opened[:, -1:]
    inside = last & (opened > 0) & (tokens != ASSISTANT)
    ended = np.cumsum((tokens == END) & inside, axis=1)
    return inside & ((ended == 0) | ((tokens == END) & (ended == 1) & ends))


def fine_tune(
    decoder: Decoder,
    params: Params,
    tokens: Int[np.ndarray, "N T"],
    mask: Bool[np.ndarray, "N T"],
    recipe: Recipe,
    key: Key,
) -> Params:
    """Parameters after training on the masked tokens; one program per model, recipe and shape.

    Args:
        decoder: the model.
        params: where training starts.
        tokens: [N, T], padded on the right.
        mask: [N, T], what is learned.
        recipe: optimiser, batch and epochs.
        key: of the examples' order.
    """
    first = int(np.argmax(mask.any(axis=0)))
    return _trainer(decoder, recipe, first)(params, tokens, mask, key)


@lru_cache(maxsize=64)
def _trainer(decoder: Decoder, recipe: Recipe, first: int) -> Callable[..., Any]:
    objective = answer_loss(decoder, first)
    schedule = Schedule(recipe.transformation(), recipe.batch, recipe.epochs)

    @jax.jit
    def train(params, tokens, mask, key):
        trained, _ = fit({"model": objective}, {"model": params}, (tokens, mask), schedule, key)
        return trained["model"]

    return train
