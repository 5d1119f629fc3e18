"""Placebo directions: the trait's own, turned at random, so that only its bearing on the data is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ...._checks import leaf_name
from ...._compiled import Compiled
from ...._keys import key_for
from ...._typing import Apply, Key, Params
from ...loss import token_log_likelihoods
from ...text.batches import Example
from ..factors.parts import dense, is_factored
from ..scoring import Workload

FEWEST = 20
"""So many placebos at least: with K of them no p-value is below 1/(K + 1)."""


def check_placebos(count: int) -> None:
    """Refuse a number of placebos that could show nothing.

    Raises:
        ValueError: a number other than 0 below ``FEWEST``.
    """
    if count != 0 and count < FEWEST:
        raise ValueError(
            f"got {count} placebos; expected 0 (none) or at least {FEWEST}, since a p-value of K placebos cannot fall "
            "under 1/(K + 1)."
        )


def placebo_keys(seed: int, count: int) -> Key:
    """One key for each placebo, ``[count]``."""
    key = key_for(seed, "placebo directions")
    return jax.vmap(lambda k: jax.random.fold_in(key, k))(jnp.arange(count))


def turned(v: Params, key: Key) -> Params:
    """A direction whose every matrix is turned: rows and columns in another order, with other signs.

        M -> P M Q,   P and Q signed permutations

    They are orthogonal, so every matrix keeps its norm and its singular values, and every layer its share. Tokens and
    positions keep their places and change signs only: a placebo moves the same tokens as far. Signed permutations are
    a group, drawn uniformly; if v itself were drawn so, it could not be told from its placebos, whatever the data are.

    Args:
        v: as a model's parameters; leaves below ``layers`` are stacked, and each layer is turned by itself.
        key: of this placebo.
    """
    leaves, structure = jax.tree_util.tree_flatten_with_path(v)
    turns = [turn for place, (path, leaf) in enumerate(leaves) for turn in _turns(place, path, leaf)]
    found = [leaf for _, leaf in leaves]
    for size in sorted({turn.size for turn in turns}):
        same = [turn for turn in turns if turn.size == size]
        ends = np.cumsum([turn.copies for turn in same]).tolist()
        own = jax.random.fold_in(key, size)
        order = jnp.argsort(jax.random.bits(jax.random.fold_in(own, 0), (ends[-1], size)), axis=1)
        signs = jax.random.rademacher(jax.random.fold_in(own, 1), (ends[-1], size), jnp.int8)
        for turn, start, end in zip(same, [0, *ends], ends, strict=False):
            found[turn.place] = turn.applied(found[turn.place], order[start:end], signs[start:end])
    return jax.tree.unflatten(structure, found)


@dataclass(frozen=True)
class _Turn:
    """One axis of one leaf, which is turned: its size, for how many layers, and whether its order changes too."""

    place: int
    axis: int
    size: int
    copies: int
    ordered: bool

    def applied(self, leaf: jax.Array, order: jax.Array, signs: jax.Array) -> jax.Array:
        shape = [1] * leaf.ndim
        shape[self.axis] = self.size
        if self.axis and self.copies > 1:
            shape[0] = self.copies
        if self.ordered:
            leaf = jnp.take_along_axis(leaf, order.reshape(shape), axis=self.axis)
        return leaf * signs.reshape(shape).astype(leaf.dtype)


def _turns(place: int, path: tuple, leaf: jax.Array) -> list[_Turn]:
    names = leaf_name(path).split("/")
    stacked = names[0] == "layers" and not names[1].isdigit()
    fixed = {"embedding": 0, "head": leaf.ndim - 1}.get(names[0])
    copies, first = (leaf.shape[0], 1) if stacked else (1, 0)
    return [_Turn(place, axis, leaf.shape[axis], copies, axis != fixed) for axis in range(first, leaf.ndim)]


def placebo_scores(
    apply: Apply, params: Params, v: Params, keys: Key, examples: Sequence[Example], work: Workload
) -> Float[np.ndarray, "N K"]:
    """Every example's score along every placebo: one linearised forward pass a batch, then one pass for each.

    Args:
        apply: as ``scored_examples`` takes it.
        params: θ₀, placed already.
        v: the trait's direction, placed likewise; one in factors is multiplied out, which takes its whole memory.
        keys: one a placebo, ``[K]``.
        examples: in memory.
        work: batches and devices.
    """
    found = np.zeros((len(examples), len(keys)))
    for batch in work.batches(examples):
        tokens, scored = work.placed((batch.tokens, np.asarray(batch.scored)), rows=True)
        values = np.asarray(_sums(apply, params, v, keys, tokens, scored), np.float64)
        real = batch.places >= 0
        found[batch.places[real]] = values.T[real]
    return found


@Compiled
def _sums(
    apply: Apply, params: Params, v: Params, keys: Key, tokens: jax.Array, scored: jax.Array
) -> Float[Array, "K B"]:
    whole = dense(v, params) if is_factored(v) else v
    _, along = jax.linearize(lambda theta: token_log_likelihoods(apply, theta, tokens), params)

    def one(key: Key) -> jax.Array:
        scores = along(turned(whole, key))
        return jnp.sum(jnp.where(scored, scores, jnp.zeros_like(scores)), axis=1)

    return jax.lax.map(one, keys)
