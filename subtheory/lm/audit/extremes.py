"""The highest and the lowest of a stream of scores, with what they belong to."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

Scored: TypeAlias = tuple[float, int, Any]
"""A score, its place in the stream (which breaks ties: the earlier wins), and what it belongs to."""


@dataclass(frozen=True)
class Extremes:
    """At most ``keep`` of either end, each sorted from the most extreme inwards.

    >>> seen = Extremes(2).with_scores([(1.0, 0, "a"), (3.0, 1, "b"), (2.0, 2, "c")])
    >>> [what for *_, what in seen.highest], [what for *_, what in seen.lowest]
    (['b', 'c'], ['a', 'c'])
    """

    keep: int
    highest: tuple[Scored, ...] = ()
    lowest: tuple[Scored, ...] = ()

    def with_scores(self, scored: Iterable[Scored]) -> Extremes:
        """The extremes of what was seen and ``scored``."""
        scored = list(scored)
        return Extremes(
            self.keep,
            tuple(heapq.nsmallest(self.keep, [*self.highest, *scored], key=lambda s: (-s[0], s[1]))),
            tuple(heapq.nsmallest(self.keep, [*self.lowest, *scored], key=lambda s: (s[0], s[1]))),
        )
