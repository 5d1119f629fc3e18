"""The trait's direction as factors: exact where they are few, truncated where that costs little (theory.md, T16)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..._checks import leaf_name
from ..._tree import negative
from ..._typing import Params
from ..coordinates.coordinates import RestrictedDecoder
from ..coordinates.paths import leaves_by_path, selected
from ..model import LanguageModel
from ..text.batches import Example
from .capture import TABLE, descent_in_factors, gradient_rank
from .direction import Direction, checked_norm
from .factors import Factors, Part, Table, is_part
from .scoring import Workload, mean_gradient
from .truncation import Truncated, cut, first_ranks, truncated, untouched

CHEAP = 0.2
"""Beyond two forward passes a token, in forward passes: what factors may cost where no rank is asked for."""
LEFT_OUT = 0.01
"""‖v − v_r‖/‖v‖ at which a rank is enough, where none is asked for."""
WORTHWHILE = 16
"""No lower rank is tried where none is asked for: a model so narrow that no more is cheap has a small dense v."""


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
    small = isinstance(lm.apply, RestrictedDecoder) or (rank is None and _dense_at_once(leaves, n))
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


def check_rank(rank: int | None) -> None:
    """Raise unless a rank is none, or a whole number of at least 1."""
    if rank is not None and (isinstance(rank, bool) or not isinstance(rank, int) or rank < 1):
        raise ValueError(f"rank is {rank!r}; expected a whole number, at least 1, or none.")


@dataclass(frozen=True)
class Shortened:
    """All parts of a direction, and what truncating them left out.

    Attributes:
        parts: by path.
        rank: to which they are truncated; None where nothing was.
        left_out: ‖v − v_r‖/‖v‖.
        cosine: of v and v_r.
    """

    parts: Mapping[str, Part]
    rank: int | None
    left_out: float
    cosine: float

    @classmethod
    def exact(cls, parts: Mapping[str, Part]) -> Shortened:
        """Parts as they are."""
        return cls(parts, None, 0.0, 1.0)

    def direction(
        self, params: Params, source: str, name: str, found: tuple[float | None, int, int] = (None, 0, 0)
    ) -> Direction:
        """The direction, in a tree of the parameters' structure.

        Raises:
            ValueError: a direction of norm zero, or one that is not finite.
        """
        v = jax.tree_util.tree_map_with_path(lambda path, _: self.parts[leaf_name(path)], params)
        return Direction(v, checked_norm(v, name), source, *found, self.rank, self.left_out, self.cosine)


def shortened(parts: Mapping[str, Part], leaves: Mapping[str, jax.Array], n: int, rank: int | None) -> Shortened:
    """Parts truncated to a rank, or as the rule of ``factored_direction`` says.

    Args:
        parts: by path, in factors or not.
        leaves: the parameters.
        n: the rank that they have at most.
        rank: that is asked for, if any.
    """
    if rank is None and (cost(leaves, n) <= CHEAP or cheapest(leaves) < WORTHWHILE):
        return Shortened.exact(parts)
    most = rank or cheapest(leaves)
    found = {name: _truncated(name, part, most) for name, part in parts.items()}
    if rank is None:
        smallest = _enough(list(found.values()), most)
        if smallest is None:
            return Shortened.exact(parts)
        most = smallest
        found = {name: cut(one, parts[name], most) for name, one in found.items()}
    if not any(len(one.lost) for one in found.values()):
        return Shortened.exact(parts)
    square, product, own, left = (
        math.fsum(getattr(one, what) for one in found.values()) for what in ("square", "product", "own", "left_out")
    )
    short = {name: one.part for name, one in found.items()}
    if not (square > 0 and own > 0):  # refused where the norm is taken
        return Shortened(short, most, 0.0, 1.0)
    return Shortened(short, most, math.sqrt(left / square), product / math.sqrt(square * own))


def restricted_parts(
    parts: Mapping[str, Part], leaves: Mapping[str, jax.Array], patterns: Sequence[str]
) -> dict[str, Part]:
    """The parts that patterns of paths mean; nothing elsewhere.

    Raises:
        ValueError: a pattern that no parameter matches.
    """
    if not patterns:
        return dict(parts)
    wanted: dict[str, list[int] | None] = {}
    for name, layer in selected(leaves, patterns):
        wanted[name] = None if layer is None else [*(wanted.get(name) or []), layer]
    return {name: _kept(part, wanted.get(name, [])) for name, part in parts.items()}


def cost(leaves: Mapping[str, jax.Array], rank: int) -> float:
    """What factors of this rank take, in multiplications per token, over what the maps themselves take."""
    maps = [leaf.shape for name, leaf in leaves.items() if name.endswith("/kernel")]
    if not any(name == "head/kernel" for name in leaves):
        maps.append(leaves[TABLE].shape)
    return sum(rank * math.prod(layers) * (n + m) for *layers, n, m in maps) / sum(math.prod(shape) for shape in maps)


def cheapest(leaves: Mapping[str, jax.Array]) -> int:
    """The largest rank that costs at most ``CHEAP``."""
    return int(CHEAP / cost(leaves, 1))


def _dense_at_once(leaves: Mapping[str, jax.Array], n: int) -> bool:
    return cost(leaves, n) > 1 and cheapest(leaves) < WORTHWHILE


def _truncated(name: str, part: Part, rank: int) -> Truncated:
    matrix = is_part(part) or name.endswith("/kernel") or name == TABLE
    return truncated(part, rank, name == TABLE) if matrix else untouched(part)


def _enough(found: Sequence[Truncated], most: int) -> int | None:
    """The smallest rank that leaves out no more than ``LEFT_OUT``."""
    square = math.fsum(one.square for one in found)
    lost = np.zeros(most + 1)
    for one in found:
        if len(one.lost):
            lost += np.concatenate([one.lost, np.full(most + 1 - len(one.lost), one.lost[-1])])
    enough = np.flatnonzero(lost <= LEFT_OUT**2 * square)
    return max(1, int(enough[0])) if len(enough) else None


def _kept(part: Part, layers: list[int] | None) -> Part:
    """A part in some of its layers; all of it for None."""
    if layers is None:
        return part
    if isinstance(part, Table):
        return Table(part.ids[:1], jnp.zeros_like(part.rows[:1]))
    if not layers:
        return first_ranks(part, 0) if isinstance(part, Factors) else jnp.zeros_like(part)
    inside = part.B if isinstance(part, Factors) else part
    mask = np.zeros((inside.shape[0], *[1] * (inside.ndim - 1)), bool)
    mask[layers] = True
    kept = jnp.where(mask, inside, jnp.zeros((), inside.dtype))
    return Factors(part.A, kept) if isinstance(part, Factors) else kept


def _rows_of(table: Any, examples: Sequence[Example], tied: bool) -> Part:
    """A dense gradient of the embeddings as the few rows that it has; as it is, where the head is in it."""
    if tied:
        return table
    ids = np.unique(np.concatenate([example.tokens for example in examples])).astype(np.int32)
    return Table(jnp.asarray(ids), table[ids])
