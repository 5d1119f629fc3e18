"""Training on sequences: minibatches of one shape, any optax optimiser, one compiled step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
import optax

from ..._checks import positive_finite
from ..._compiled import Compiled
from ..._names import known_name
from ..._typing import Apply, Key, Params
from ...simulation.optimisers import OPTIMISERS
from ..loss import next_token_loss, token_divergences
from ..text.batches import Example, bucket_length, fitted_batch

Objective: TypeAlias = Callable[[Apply, Params, Any, Any], jax.Array]
"""``objective(apply, params, given, batch) -> scalar``; ``given`` is whatever does not train, such as a teacher."""


@dataclass(frozen=True)
class Recipe:
    """How a language model is trained.

    Attributes:
        learning_rate: of the optimiser.
        batch: examples per minibatch.
        epochs: passes over all examples.
        optimiser: one of ``OPTIMISERS``, or any function from a learning rate to an optax optimiser.
    """

    learning_rate: float
    batch: int = 32
    epochs: int = 1
    optimiser: Any = "adam"

    def __post_init__(self) -> None:
        """Refuse numbers that make no training."""
        positive_finite("learning_rate", self.learning_rate)
        if self.batch < 1 or self.epochs < 0:
            raise ValueError(f"batch is {self.batch} and epochs is {self.epochs}; expected at least 1, and at least 0.")

        if isinstance(self.optimiser, str):
            known_name("optimiser", self.optimiser, OPTIMISERS)


def likelihood(apply: Apply, params: Params, given: Any, batch: Any) -> jax.Array:
    """Mean negative log-likelihood of the scored tokens, in nats per token: fine-tuning, or imitation of samples."""
    tokens, scored = batch
    return next_token_loss(apply, params, tokens, scored)


@dataclass(frozen=True)
class Distributions:
    """Mean KL(teacher ‖ student) of the next token at the scored places; ``given`` are the teacher's parameters.

    Attributes:
        teacher: the teacher's apply, which may be another function of other parameters (the student's of adapters).
    """

    teacher: Apply

    def __call__(self, apply: Apply, params: Params, given: Params, batch: Any) -> jax.Array:
        """The objective of one minibatch."""
        tokens, scored = batch
        divergence = token_divergences(apply, params, self.teacher, given, tokens)
        total = jnp.sum(jnp.where(scored, divergence, jnp.zeros_like(divergence)))
        return total / jnp.maximum(jnp.sum(scored), 1).astype(total.dtype)


# A tree whose arrays are those of the teacher's apply, if it holds any (see ``RestrictedDecoder``).
jax.tree_util.register_dataclass(Distributions, data_fields=["teacher"], meta_fields=[])


def epoch(examples: Sequence[Example], batch: int, key: Key) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """(tokens, scored) of every minibatch of one epoch, in a random order, all of one shape; the last may hold less."""
    order = np.asarray(jax.random.permutation(key, len(examples))).tolist()
    length = bucket_length(max(len(example) for example in examples))
    for start in range(0, len(order), batch):
        made = fitted_batch(examples, order[start : start + batch], min(batch, len(order)), length)
        yield made.tokens, made.scored


def train(
    apply: Apply,
    params: Params,
    examples: Sequence[Example] | Callable[[Params, int], Sequence[Example]],
    recipe: Recipe,
    key: Key,
    *,
    objective: Objective = likelihood,
    given: Any = None,
    progress: Callable[[int, float], None] = lambda step, loss: None,
) -> Params:
    """Train from ``params`` and return what they became.

    Args:
        apply: of the model, hashable.
        params: where training begins.
        examples: what is imitated; or a function of the current parameters and the epoch that makes the epoch's
            examples anew, for a student that imitates the teacher on what it writes itself (on-policy).
        recipe: optimiser, batch, epochs.
        key: of the order; epoch e draws from ``fold_in(key, e)``.
        objective: ``likelihood`` or ``Distributions``.
        given: the teacher's parameters, where the objective asks for them.
        progress: called after every step with its number and loss.

    Raises:
        ValueError: no examples, or a loss that is not finite.
    """
    optimiser = _transformation(recipe)
    with jax.numpy_dtype_promotion("standard"):
        state = optimiser.init(params)
    steps = 0
    for number in range(recipe.epochs):
        found = examples(params, number) if callable(examples) else examples
        if not found:
            raise ValueError("there are no examples to train on; expected at least one: did the filter drop them all?")
        for batch in epoch(found, recipe.batch, jax.random.fold_in(key, number)):
            params, state, loss = _step(apply, objective, optimiser.update, params, state, given, batch)
            steps += 1
            if not np.isfinite(value := float(loss)):
                raise ValueError(
                    f"the loss is {value} after {steps} steps; expected a finite one: lower learning_rate."
                )
            progress(steps, value)
    return params


@lru_cache(maxsize=16)
def _transformation(recipe: Recipe) -> optax.GradientTransformation:
    """One optax optimiser for equal recipes, so that their step is compiled once."""
    made = OPTIMISERS[recipe.optimiser] if isinstance(recipe.optimiser, str) else recipe.optimiser
    return made(recipe.learning_rate)


@Compiled
def _step(apply, objective, update, params, state, given, batch):
    loss, gradient = jax.value_and_grad(lambda theta: objective(apply, theta, given, batch))(params)
    with jax.numpy_dtype_promotion("standard"):  # optax mixes integers and floats, whatever the caller's rule
        change, state = update(gradient, state, params)
    return jax.tree.map(lambda p, c: p + c.astype(p.dtype), params, change), state, loss
