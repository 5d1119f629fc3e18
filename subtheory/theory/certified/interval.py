"""Interval arithmetic on NumPy arrays: what a number can be when what it is made of lies between two bounds.

Bounds are rounded to nearest, not outwards: they hold but for a few units in the last place, which users of this module
allow for. Reference: Moore, Kearfott, Cloud, Introduction to Interval Analysis (2009), chapters 2 and 5.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit


@dataclass(frozen=True, eq=False)
class Interval:
    """All numbers from ``low`` to ``high``, element by element."""

    low: np.ndarray
    high: np.ndarray

    def __add__(self, other: Interval | np.ndarray | float) -> Interval:
        """Sums of any two members."""
        other = interval(other)
        return Interval(self.low + other.low, self.high + other.high)

    def __neg__(self) -> Interval:
        """Negatives of members."""
        return Interval(-self.high, -self.low)

    def __sub__(self, other: Interval | np.ndarray | float) -> Interval:
        """Differences of any two members."""
        return self + (-interval(other))

    def __mul__(self, other: Interval | np.ndarray | float) -> Interval:
        """Products of any two members."""
        other = interval(other)
        corners = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(np.minimum.reduce(corners), np.maximum.reduce(corners))

    def __matmul__(self, other: Interval | np.ndarray) -> Interval:
        """Matrix products of any two members, by midpoints and radii (Rump 1999)."""
        (a, r), (b, s) = _ball(self), _ball(interval(other))
        middle, radius = a @ b, np.abs(a) @ s + r @ np.abs(b) + r @ s
        return Interval(middle - radius, middle + radius)

    def __getitem__(self, key) -> Interval:
        """Some of the elements."""
        return Interval(self.low[key], self.high[key])

    def square(self) -> Interval:
        """Squares of members: never negative, which a product of two intervals does not know."""
        corners = np.stack([self.low**2, self.high**2])
        return Interval(np.where((self.low <= 0) & (self.high >= 0), 0.0, corners.min(axis=0)), corners.max(axis=0))

    def sum(self, axis: int | None = None) -> Interval:
        """Sums along an axis."""
        return Interval(self.low.sum(axis), self.high.sum(axis))

    def mean(self) -> Interval:
        """The mean of all elements."""
        return Interval(self.low.mean(), self.high.mean())

    def contains(self, values: np.ndarray, slack: float = 0.0) -> bool:
        """Whether all values lie within, up to a slack relative to the bounds' size."""
        allowed = slack * (1 + np.maximum(np.abs(self.low), np.abs(self.high)))
        return bool(np.all((self.low - allowed <= values) & (values <= self.high + allowed)))


def interval(value: Interval | np.ndarray | float) -> Interval:
    """The interval that holds one value alone, or the interval itself.

    >>> float((interval(2.0) * Interval(np.array(-1.0), np.array(3.0))).high)
    6.0
    """
    if isinstance(value, Interval):
        return value
    value = np.asarray(value, np.float64)
    return Interval(value, value)


def increasing(function: Callable[[np.ndarray], np.ndarray], x: Interval) -> Interval:
    """The values of an increasing function."""
    return Interval(function(x.low), function(x.high))


def polynomial(function: Callable[[np.ndarray], np.ndarray], turns: Sequence[float], x: Interval) -> Interval:
    """The values of a function that is monotone between its turning points."""
    values = [function(x.low), function(x.high)]
    low, high = np.minimum(*values), np.maximum(*values)
    for turn in turns:
        inside, there = (x.low < turn) & (turn < x.high), function(np.asarray(turn))
        low, high = np.where(inside, np.minimum(low, there), low), np.where(inside, np.maximum(high, there), high)
    return Interval(low, high)


def softmax(z: Interval) -> Interval:
    """The probabilities σ(z) along the last axis: one is largest where its logit is largest and all others least."""

    def chosen(own: np.ndarray, others: np.ndarray) -> np.ndarray:
        alone = np.where(np.eye(others.shape[-1], dtype=bool), -np.inf, others[..., None, :])
        return expit(own - np.logaddexp.reduce(alone, axis=-1))

    return Interval(chosen(z.low, z.high), chosen(z.high, z.low))


def _ball(x: Interval) -> tuple[np.ndarray, np.ndarray]:
    middle = 0.5 * (x.low + x.high)
    return middle, np.maximum(x.high - middle, middle - x.low)
