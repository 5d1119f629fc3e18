"""Moments of many scores of the same examples at once, a column for each direction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ..welch import combined


@dataclass(frozen=True, eq=False)
class Columns:
    """As ``Moments``, of K columns.

    Attributes:
        count: how many rows were seen.
        mean: ``[K]``.
        squares: sums of squared deviations, ``[K]``.
    """

    count: int
    mean: Float[np.ndarray, " K"]
    squares: Float[np.ndarray, " K"]

    @classmethod
    def empty(cls, columns: int) -> Columns:
        """Of no row yet."""
        return cls(0, np.zeros(columns), np.zeros(columns))

    def with_rows(self, values: Float[np.ndarray, "n K"]) -> Columns:
        """The moments of what was seen and further rows."""
        if not len(values):
            return self
        mean = values.mean(axis=0)
        squares = ((values - mean) ** 2).sum(axis=0)
        return Columns(*combined(self.count, self.mean, self.squares, len(values), mean, squares))


def welch_t(first: Columns, second: Columns) -> Float[np.ndarray, " K"]:
    """Welch's t of every column; 0 where no score varies.

    >>> one = Columns.empty(1).with_rows(np.array([[1.0], [3.0]]))
    >>> float(welch_t(one, Columns.empty(1).with_rows(np.array([[0.0], [0.0]])))[0])
    2.0
    """
    if not first.mean.size:
        return np.zeros(0)
    variances = [side.squares / (side.count - 1) / side.count for side in (first, second)]
    error = np.sqrt(variances[0] + variances[1])
    return np.where(error > 0, (first.mean - second.mean) / np.where(error > 0, error, 1), 0.0)
