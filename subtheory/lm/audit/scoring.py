"""Scores of many examples: batches of few shapes, each one compiled program, rows shared out among devices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec
from jaxtyping import Float

from ..._compiled import Compiled
from ..._tree import move
from ..._typing import Apply, Params
from ..decoder.config import accumulation_dtype
from ..loss import token_log_likelihoods
from ..text.batches import Batch, Example, length_batches
from .score import token_scores


@dataclass(frozen=True)
class Scored:
    """What one example's completion says about the trait.

    Attributes:
        scores: s_v of every token of the completion, ``[C]`` (T9).
        log_likelihoods: log p of every token under the reference model, ``[C]``, in nats.
    """

    scores: Float[np.ndarray, " C"]
    log_likelihoods: Float[np.ndarray, " C"]

    @property
    def score(self) -> float:
        """s_v of the completion, the sum over its tokens."""
        return float(self.scores.sum())


@dataclass(frozen=True)
class Workload:
    """How batches are cut and where they are computed.

    Attributes:
        tokens_per_batch: how many tokens are computed at once, which bounds the memory.
        longest: the model's context.
        devices: among which rows are shared out; None leaves that to wherever the parameters are.
    """

    tokens_per_batch: int = 4096
    longest: int | None = None
    devices: tuple[Any, ...] | None = None

    @property
    def rows(self) -> int:
        """The number of which every batch's rows are a multiple."""
        return len(self.devices or (None,))

    def batches(self, examples: Sequence[Example]):
        """The batches of some examples."""
        return length_batches(examples, self.tokens_per_batch, self.rows, self.longest)

    def placed(self, tree: Any, *, rows: bool) -> Any:
        """Arrays where they are computed: cut by rows, or whole on every device."""
        if self.devices is None:
            return jax.tree.map(jnp.asarray, tree)
        mesh = Mesh(np.array(self.devices), ("rows",))
        return jax.device_put(tree, NamedSharding(mesh, PartitionSpec("rows") if rows else PartitionSpec()))


def scored_examples(
    apply: Apply, params: Params, v: Params, examples: Sequence[Example], work: Workload
) -> list[Scored]:
    """Every example's token scores, in the order of the examples; what fills batches has no influence.

    Args:
        apply: ``apply(params, tokens[B, T]) -> logits[B, T, V]``, causal, hashable.
        params: θ₀, placed already (``work.placed``).
        v: the trait's direction, placed likewise.
        examples: in memory; a stream is scored window by window.
        work: batches and devices.

    Raises:
        ValueError: an example beyond the model's context.
    """
    found: list[Scored] = [None] * len(examples)  # type: ignore[list-item]
    started = []
    for batch in work.batches(examples):
        started.append((batch, _token_scores(apply, params, v, work.placed(batch.tokens, rows=True))))
        if len(started) > 1:  # one batch is prepared while the one before it is computed
            _collect(found, *started.pop(0))
    for one in started:
        _collect(found, *one)
    return found


def mean_gradient(
    apply: Apply,
    params: Params,
    examples: Sequence[Example],
    work: Workload,
    progress: Callable[[int], None] = lambda done: None,
) -> tuple[Params, float, int]:
    """∇ of the mean negative log-likelihood of all scored tokens, added up batch by batch.

    Args:
        apply: as above.
        params: where the gradient is taken, placed already.
        examples: each token of their completions counts once.
        work: batches and devices.
        progress: called with the number of examples finished.

    Returns:
        the gradient (added up in float32 or better, in the parameters' dtype), the loss in nats per token, and the
        number of tokens.
    """
    total = sum(len(example.completion) for example in examples)
    gradient, loss, done = None, 0.0, 0
    for batch in work.batches(examples):
        scored = np.asarray(batch.scored)
        value, part = _summed_gradient(apply, params, *work.placed((batch.tokens, scored), rows=True))
        part = jax.tree.map(lambda g: g.astype(accumulation_dtype(g.dtype)), part)
        gradient = part if gradient is None else move(gradient, 1.0, part)
        loss += float(value)
        done += int((batch.places >= 0).sum())
        progress(done)
    mean = jax.tree.map(lambda g, p: (g / jnp.asarray(total, g.dtype)).astype(p.dtype), gradient, params)
    return mean, loss / total, total


@Compiled
def _token_scores(apply: Apply, params: Params, v: Params, tokens: jax.Array) -> tuple[jax.Array, jax.Array]:
    return token_scores(apply, params, v, tokens)


@Compiled
def _summed_gradient(apply: Apply, params: Params, tokens: jax.Array, scored: jax.Array) -> tuple[jax.Array, Params]:
    def loss(theta):
        log_p = token_log_likelihoods(apply, theta, tokens)
        return -jnp.sum(jnp.where(scored, log_p, jnp.zeros_like(log_p)))

    return jax.value_and_grad(loss)(params)


def _collect(found: list[Scored], batch: Batch, values: tuple[jax.Array, jax.Array]) -> None:
    log_p, scores = (np.asarray(value, np.float64) for value in values)
    for row, place in enumerate(batch.places):
        if place >= 0:
            chosen = batch.scored[row]
            found[place] = Scored(scores[row][chosen], log_p[row][chosen])
