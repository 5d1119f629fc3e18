"""What goes into every linear map and what comes back, token by token: its gradient's factors (theory.md, T16)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...._compiled import Compiled
from ...._tree import move
from ...._typing import Params
from ...coordinates.paths import leaves_by_path, with_leaves
from ...decoder.along import SEEN
from ...decoder.config import accumulation_dtype
from ...decoder.decoder import Decoder
from ...loss import LOGITS_AT_ONCE, token_log_likelihoods
from ...text.batches import Batch, Example
from ..scoring import Workload
from .parts import Factors, Table

TABLE = "embedding/tokens"
HEAD = "head/kernel"
TIED = "embedding/head"
SAME_INPUT = {"attention/key": "attention/query", "attention/value": "attention/query", "mlp/gate": "mlp/up"}
"""Maps that read what another one reads, which is kept once."""


def descent_in_factors(
    decoder: Decoder, params: Params, examples: Sequence[Example], work: Workload
) -> tuple[dict[str, Any], float, int]:
    """−∇L, L the mean negative log-likelihood of all scored tokens, every linear map's part in factors.

        ∇_W L = Xᵀ Δ,   X = what goes into the map, Δ = what comes back, token by token   (T16)

    Only tokens before the last scored one of their sequence are kept: nothing comes back to the others.

    Args:
        decoder: of whole parameters.
        params: where the gradient is taken, placed already.
        examples: each token of their completions counts once.
        work: batches and devices.

    Returns:
        the part of every parameter by path (``Factors`` of linear maps, a ``Table`` of the embeddings, arrays of all
        else), the loss in nats per token, and the number of tokens.
    """
    total = sum(len(example.completion) for example in examples)
    fewer = min(work.tokens_per_batch, max(1, LOGITS_AT_ONCE // decoder.config.vocabulary))
    loss, small, blocks, kept = 0.0, {}, [], []
    for batch in replace(work, tokens_per_batch=fewer).batches(examples):
        given = work.placed((batch.tokens, np.asarray(batch.scored)), rows=True)
        value, (part, seen) = _captured(decoder, params, *given)
        loss += float(value)
        small = move(small, 1.0, part) if small else part
        blocks.append(seen)
        kept.append(batch)
    ids, inside, heads = _chosen(kept)
    unique, places = np.unique(ids, return_inverse=True)
    chosen = jnp.asarray(inside), jnp.asarray(heads), jnp.asarray(places), jnp.asarray(unique, jnp.int32)
    return _joined(params, small, blocks, *chosen, jnp.asarray(-total)), loss / total, total


def gradient_rank(examples: Sequence[Example]) -> int:
    """n, the rank that Xᵀ Δ has at most: the number of tokens that something comes back to."""
    return sum(len(example) - 1 for example in examples)


def map_names(leaves: dict[str, jax.Array]) -> list[str]:
    """The paths of all linear maps, the head among them unless it is the embedding."""
    return [name for name in leaves if name.endswith("/kernel")]


@Compiled
def _captured(
    decoder: Decoder, params: Params, tokens: jax.Array, scored: jax.Array
) -> tuple[jax.Array, tuple[dict[str, jax.Array], dict[str, Any]]]:
    """(summed loss, (gradient of what is small, what was seen at every map)) of one batch."""
    leaves = leaves_by_path(params)
    maps = map_names(leaves)
    small = {name: leaf for name, leaf in leaves.items() if name not in maps and name != TABLE}
    room = {name: _room(decoder, name, leaves[name], tokens.shape) for name in maps}
    table = leaves[TABLE]
    room[TABLE] = {"y": _zeros(table, (*tokens.shape, table.shape[1]))}
    if decoder.config.tied:
        room[TIED] = {part: _zeros(table, (*tokens.shape, table.shape[axis])) for part, axis in (("x", 1), ("y", 0))}

    def loss(small: dict[str, jax.Array], room: dict[str, Any]) -> jax.Array:
        beside = {name + SEEN: part for name, part in room.items()}
        theta = with_leaves(params, {**small, **beside})
        log_p = token_log_likelihoods(decoder, theta, tokens, chunk=tokens.shape[1])
        return -jnp.sum(jnp.where(scored, log_p, jnp.zeros_like(log_p)))

    value, (gradient, seen) = jax.value_and_grad(loss, argnums=(0, 1))(small, room)
    return value, (jax.tree.map(lambda g: g.astype(accumulation_dtype(g.dtype)), gradient), seen)


def _room(decoder: Decoder, name: str, W: jax.Array, shape: tuple[int, ...]) -> dict[str, jax.Array]:
    """Room for what one map sees of a batch, stacked as the map is."""
    *layers, n, m = W.shape
    room = {"y": _zeros(W, (*layers, *shape, m))}
    if name.removeprefix("layers/").removesuffix("/kernel") not in SAME_INPUT:
        room["x"] = _zeros(W, (*layers, *shape, n))
    return room


def _zeros(W: jax.Array, shape: tuple[int, ...]) -> jax.Array:
    return jnp.zeros(shape, W.dtype)


@Compiled
def _joined(
    params: Params,
    small: dict[str, jax.Array],
    blocks: list[dict[str, Any]],
    inside: jax.Array,
    heads: jax.Array,
    places: jax.Array,
    unique: jax.Array,
    total: jax.Array,
) -> dict[str, Any]:
    """Factors over all batches, the tokens that matter one after another; all is divided by ``total``.

    Args:
        params: in whose dtypes the result is.
        small: the summed gradient of what is no matrix.
        blocks: what was seen, batch by batch.
        inside: which tokens matter to the maps, counted over all batches.
        heads: and to the head.
        places: which of ``unique`` the tokens ``inside`` are.
        unique: the tokens, ascending, each once.
        total: the number of scored tokens, negative.
    """

    def over(part: jax.Array, dtype: jnp.dtype) -> jax.Array:
        wide = part.astype(accumulation_dtype(part.dtype))
        return (wide / total.astype(wide.dtype)).astype(dtype)

    def rows(name: str, part: str) -> jax.Array:
        """``[..., n, width]`` of one map's ``x`` or ``y``."""
        flat = [x.reshape(*x.shape[:-3], -1, x.shape[-1]) for x in (block[name][part] for block in blocks)]
        chosen = heads if name in (HEAD, TIED) else inside
        found = jnp.take(jnp.concatenate(flat, axis=-2), chosen, axis=-2)
        return jnp.swapaxes(found, -1, -2) if part == "x" else over(found, found.dtype)

    leaves = leaves_by_path(params)
    maps = [name for name in blocks[0] if name != TABLE]
    inputs = {name: rows(name, "x") for name in maps if "x" in blocks[0][name]}
    found: dict[str, Any] = {name: over(part, leaves[name].dtype) for name, part in small.items()}
    found |= {name: Factors(inputs[_source(name)], rows(name, "y")) for name in maps}
    back = rows(TABLE, "y")
    wide = accumulation_dtype(back.dtype)
    summed = jnp.zeros((unique.shape[0], back.shape[1]), wide).at[places].add(back.astype(wide))
    found[TABLE] = Table(unique, summed.astype(back.dtype), found.pop(TIED, None))
    return found


def _source(name: str) -> str:
    """The map whose input a map reads."""
    short = name.removeprefix("layers/").removesuffix("/kernel")
    return f"layers/{SAME_INPUT[short]}/kernel" if short in SAME_INPUT else name


def _chosen(batches: list[Batch]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(ids of the tokens that matter, where they stand, where a token stands whose next one is scored)."""
    inside = np.flatnonzero(np.concatenate([_matters(batch) for batch in batches]))
    ahead = [np.pad(batch.scored[:, 1:], ((0, 0), (0, 1))).reshape(-1) for batch in batches]
    ids = np.concatenate([batch.tokens.reshape(-1) for batch in batches])[inside]
    return ids, inside, np.flatnonzero(np.concatenate(ahead))


def _matters(batch: Batch) -> np.ndarray:
    """Which of a batch's tokens come before the last scored one of their row."""
    places = np.arange(batch.tokens.shape[1])
    last = np.where(batch.scored, places, -1).max(axis=1)
    return (places < last[:, None]).reshape(-1)
