"""Training as one compiled scan: epochs of minibatches by any optax optimiser, several networks side by side.

Reference: the protocol of *Subliminal Learning*, arXiv 2507.14805, section 6.2 (Adam, minibatches, whole epochs).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import optax

from .._typing import Key, Params
from .batching import Examples, count_of, epoch_batches

Objective: TypeAlias = Callable[[Params, Any], Any]
"""``objective(params, minibatch) -> scalar``: the mean loss over the examples of one minibatch."""


@dataclass(frozen=True)
class Schedule:
    """How a network is trained.

    Attributes:
        optimiser: any optax optimiser, its learning rate included.
        batch: examples per minibatch; the last one of an epoch may hold fewer.
        epochs: passes over all examples; 0 leaves the network as it is.

    Raises:
        ValueError: if the batch is below 1 or the epochs below 0.
    """

    optimiser: optax.GradientTransformation
    batch: int
    epochs: int

    def __post_init__(self) -> None:
        """Refuse numbers that make no schedule."""
        if self.batch < 1 or self.epochs < 0:
            raise ValueError(
                f"batch is {self.batch} and epochs is {self.epochs}; expected a batch of at least 1 and epochs of at "
                "least 0."
            )


def optimiser_steps(objective: Objective, optimiser: optax.GradientTransformation) -> Callable[..., Any]:
    """``step((params, state), minibatch) -> (params, state)``: one step of one network."""

    def step(carry, minibatch):
        params, state = carry
        gradient = jax.grad(objective)(params, minibatch)
        with jax.numpy_dtype_promotion("standard"):  # optax mixes integers and floats, whatever the caller's rule
            update, state = optimiser.update(gradient, state, params)
        return jax.tree.map(jnp.add, params, update), state

    return step


def fit(
    objectives: Mapping[str, Objective],
    params: Mapping[str, Params],
    examples: Examples,
    schedule: Schedule,
    key: Key,
    *,
    watch: Callable[[dict[str, Params]], Any] | None = None,
    every: int | None = None,
    progress: Callable[[Any], None] | None = None,
) -> tuple[dict[str, Params], Any]:
    """Train one network, or several side by side on the same minibatches, each with an optimiser state of its own.

    Side by side, the order of the examples is drawn and applied once for all, and differences between conditions
    are paired; a network's numbers do not depend on which others are trained beside it. Nothing here looks at values:
    the function can be compiled, mapped over seeds and sharded.

    Args:
        objectives: name → mean loss of a minibatch.
        params: name → initial parameters, the same names.
        examples: arrays ``[N, ...]``, seen in a new order in every epoch.
        schedule: optimiser, batch and epochs, the same for all.
        key: of the orders; epoch e draws from ``fold_in(key, e)``, so that fewer epochs are a prefix of more.
        watch: ``watch(params)`` is recorded after every epoch.
        every: record it *before* every so many steps instead, the epoch's first among them; a divisor of the number of
            full minibatches in an epoch.
        progress: called with the number of epochs finished (an integer array), from within the compiled program; under
            ``vmap`` once for every seed.

    Returns:
        name → trained parameters, and what ``watch`` returned, stacked over epochs, or over all looks where ``every``
        is given (None without it).

    Raises:
        ValueError: if the names differ, the examples disagree in length, or ``every`` does not divide the minibatches.
    """
    if set(objectives) != set(params):
        raise ValueError(f"got objectives {sorted(objectives)} but parameters {sorted(params)}; expected one for each.")
    count = count_of(examples)
    minibatches = count // schedule.batch
    if every is not None and (every < 1 or minibatches % every):
        raise ValueError(f"every is {every}, but an epoch has {minibatches} full minibatches; expected a divisor.")
    steps = {name: optimiser_steps(objective, schedule.optimiser) for name, objective in objectives.items()}

    def step(carry, minibatch):
        return {name: steps[name](carry[name], minibatch) for name in steps}, None

    def seen(carry):
        return None if watch is None else watch({name: state[0] for name, state in carry.items()})

    def stretch(carry, some):
        look = seen(carry)
        return jax.lax.scan(step, carry, some)[0], look

    def epoch(carry, number):
        full, last = epoch_batches(jax.random.fold_in(key, number), examples, schedule.batch)
        if every is None:
            (carry, _), looks = jax.lax.scan(step, carry, full), None
        else:
            full = jax.tree.map(lambda leaf: leaf.reshape(-1, every, *leaf.shape[1:]), full)
            carry, looks = jax.lax.scan(stretch, carry, full)
        if last is not None:
            carry, _ = step(carry, last)
        if progress is not None:
            jax.debug.callback(progress, number + 1)
        return carry, seen(carry) if every is None else looks

    with jax.numpy_dtype_promotion("standard"):
        start = {name: (params[name], schedule.optimiser.init(params[name])) for name in objectives}
    trained, history = jax.lax.scan(epoch, start, jnp.arange(schedule.epochs))
    if every is not None:
        history = jax.tree.map(lambda leaf: leaf.reshape(-1, *leaf.shape[2:]), history)
    return {name: state[0] for name, state in trained.items()}, history
