"""The trait's direction as factors: exact where they are few, truncated where that costs little (theory.md, T16)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np

from ...._tree import negative
from ...coordinates.coordinates import RestrictedDecoder
from ...coordinates.paths import leaves_by_path
from ...model import LanguageModel
from ...text.batches import Example
from ..direction import Direction
from ..scoring import Workload, mean_gradient
from .capture import TABLE, descent_in_factors, gradient_rank
from .parts import Part, Table
from .rank import Shortened, check_rank, cost, dense_at_once, shortened
from .restriction import restricted_parts


def factored_direction(
    lm: LanguageModel,
    examples: Sequence[Example],
    work: Workload,
    parameters: Sequence[str] = (),
    rank: int | None = None,
) -> Direction:
    """v = −∇L_T(θ₀) as ``trait_direction`` gives it, every linear map's part in factors (T16).

    Over n tokens the gradient of a map is Xᵀ Δ. Its factors are kept where their rank is at most ``rank``; otherwise
    they are truncated to it. Where no rank is asked for, with c(r) = Σ r(in + out) / Σ in·out, the cost of rank r
    beyond two forward passes:

    1. c(n) ≤ .2: the factors as they are, exact;
    2. else the smallest rank at which ‖v − v_r‖ ≤ .01 ‖v‖, if it costs at most .2 (models in which 16 ranks do);
    3. else what is exact: the factors where c(n) ≤ 1, dense matrices where not.

    Where c(n) > 1, factors would take more memory than the weights: a truncated v is then made of a dense gradient.

    Args:
        lm: the reference model. One in coordinates (``st.lm.lora``, ``st.lm.subset``) has few: its v is dense.
        examples: the trait: prompts, and completions that show it.
        work: batches and devices.
        parameters: as for ``trait_direction``.
        rank: the largest rank of a map's part; by the rule above if absent.

    Raises:
        ValueError: a rank below 1, or for a model in coordinates; as ``trait_direction``.
    """
    check_rank(rank)
    if isinstance(lm.apply, RestrictedDecoder) and rank is not None:
        raise ValueError(f"got rank {rank} for a model in coordinates; expected a whole one: st.lm.merged(lm).")
    params = work.placed(lm.params, rows=False)
    n = gradient_rank(examples)
    leaves = leaves_by_path(params)
    small = isinstance(lm.apply, RestrictedDecoder) or (rank is None and dense_at_once(leaves, n))
    if small or (cost(leaves, n) > 1 and (rank is None or rank < n)):
        gradient, loss, tokens = mean_gradient(lm.apply, params, examples, work)
        parts: Mapping[str, Part] = leaves_by_path(negative(gradient))
        if not small:
            parts = {**parts, TABLE: _rows_of(parts[TABLE], examples, lm.config.tied)}
    else:
        parts, loss, tokens = descent_in_factors(lm.apply, params, examples, work)
    parts = restricted_parts(parts, leaves, parameters)
    short = Shortened.exact(parts) if small else shortened(parts, leaves, n, rank)
    return short.direction(lm.params, "the trait's examples", "the trait's gradient", (loss, len(examples), tokens))


def _rows_of(table: Any, examples: Sequence[Example], tied: bool) -> Part:
    """A dense gradient of the embeddings as the few rows that it has; as it is, where the head is in it."""
    if tied:
        return table
    ids = np.unique(np.concatenate([example.tokens for example in examples])).astype(np.int32)
    return Table(jnp.asarray(ids), table[ids])
