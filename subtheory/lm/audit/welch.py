"""Two streams of scores, and Welch's test of the difference of their means."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float


def combined(n: int, mean: Any, squares: Any, m: int, other_mean: Any, other_squares: Any) -> tuple[int, Any, Any]:
    """Number, mean and squared deviations of two parts together, of numbers or of columns of them.

    Source: T. F. Chan, G. H. Golub, R. J. LeVeque, Updating formulae and a pairwise algorithm, 1979.
    """
    count, apart = n + m, other_mean - mean
    return count, mean + apart * m / count, squares + other_squares + apart**2 * n * m / count


@dataclass(frozen=True)
class Moments:
    """Number, mean and sum of squared deviations of values that were seen and need not be kept.

    >>> Moments.of(np.array([1.0, 2.0])).merge(Moments.of(np.array([6.0])))
    Moments(count=3, mean=3.0, squares=14.0)
    """

    count: int = 0
    mean: float = 0.0
    squares: float = 0.0

    @classmethod
    def of(cls, values: Float[np.ndarray, " n"]) -> Moments:
        """The moments of some values."""
        if not values.size:
            return cls()
        mean = float(np.mean(values, dtype=np.float64))
        return cls(values.size, mean, float(np.sum((values - mean) ** 2, dtype=np.float64)))

    def merge(self, other: Moments) -> Moments:
        """The moments of both streams together."""
        if not self.count + other.count:
            return self
        return Moments(*combined(self.count, self.mean, self.squares, other.count, other.mean, other.squares))

    @property
    def variance(self) -> float:
        """Unbiased; NaN below two values."""
        return self.squares / (self.count - 1) if self.count > 1 else math.nan

    @property
    def standard_error(self) -> float:
        """Of the mean; NaN below two values."""
        return math.sqrt(self.variance / self.count) if self.count > 1 else math.nan


@dataclass(frozen=True)
class Welch:
    """Welch's test of two means, without the assumption of equal variances.

    Attributes:
        difference: of the means, first minus second.
        standard_error: of the difference.
        t: their ratio.
        freedom: degrees of freedom (Welch and Satterthwaite).
        p_value: one-sided, of a difference at least as large if the means were equal.
        p_value_two_sided: of one at least as far from zero.
        low: lower end of the difference's 95 % interval.
        high: upper end.
    """

    difference: float
    standard_error: float
    t: float
    freedom: float
    p_value: float
    p_value_two_sided: float
    low: float
    high: float


def welch(first: Moments, second: Moments, confidence: float = 0.95) -> Welch:
    """Test whether the first stream's mean is larger than the second's.

    Args:
        first: at least two values.
        second: at least two values.
        confidence: nominal coverage of the interval.

    Raises:
        ValueError: fewer than two values in a stream, or scores that do not vary at all.
    """
    from scipy import stats

    for moments in (first, second):
        if moments.count < 2:
            raise ValueError(f"got {moments.count} scores; expected at least two in the data and in the control.")
        if not math.isfinite(moments.squares):
            raise ValueError("the scores hold NaN or infinity; expected finite scores: try float32 or float64.")
    a, b = first.variance / first.count, second.variance / second.count
    if a + b == 0:
        raise ValueError("no score varies, neither in the data nor in the control; expected examples that differ.")
    difference, error = first.mean - second.mean, math.sqrt(a + b)
    freedom = (a + b) ** 2 / (a**2 / (first.count - 1) + b**2 / (second.count - 1))
    t = difference / error
    reach = float(stats.t.ppf((1 + confidence) / 2, freedom)) * error
    return Welch(
        difference=difference,
        standard_error=error,
        t=t,
        freedom=freedom,
        p_value=float(stats.t.sf(t, freedom)),
        p_value_two_sided=float(2 * stats.t.sf(abs(t), freedom)),
        low=difference - reach,
        high=difference + reach,
    )
