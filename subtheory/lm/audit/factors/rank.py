"""To which rank a direction is truncated, what that costs, and what it leaves out (theory.md, T16)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import jax
import numpy as np

from ...._checks import leaf_name
from ...._typing import Params
from ..direction import Direction, checked_norm
from .capture import TABLE
from .parts import Part, is_part
from .truncation import Truncated, cut, truncated, untouched

CHEAP = 0.2
"""Beyond two forward passes a token, in forward passes: what factors may cost where no rank is asked for."""
LEFT_OUT = 0.01
"""‖v − v_r‖/‖v‖ at which a rank is enough, where none is asked for."""
WORTHWHILE = 16
"""No lower rank is tried where none is asked for: a model so narrow that no more is cheap has a small dense v."""


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


def cost(leaves: Mapping[str, jax.Array], rank: int) -> float:
    """What factors of this rank take, in multiplications per token, over what the maps themselves take."""
    maps = [leaf.shape for name, leaf in leaves.items() if name.endswith("/kernel")]
    if not any(name == "head/kernel" for name in leaves):
        maps.append(leaves[TABLE].shape)
    return sum(rank * math.prod(layers) * (n + m) for *layers, n, m in maps) / sum(math.prod(shape) for shape in maps)


def cheapest(leaves: Mapping[str, jax.Array]) -> int:
    """The largest rank that costs at most ``CHEAP``."""
    return int(CHEAP / cost(leaves, 1))


def dense_at_once(leaves: Mapping[str, jax.Array], n: int) -> bool:
    """Whether factors of this rank are larger than the maps, and no rank worth trying is cheap."""
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
