"""Interval arithmetic on NumPy arrays: what a number can be when what it is made of lies between two bounds.

Bounds are rounded to nearest, not outwards: they hold but for a few units in the last place, which users of this module
allow for. Reference: Moore, Kearfott, Cloud, Introduction to Interval Analysis (2009), chapters 2 and 5.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from scipy.special import expit


@dataclass(frozen=True, eq=False)
class Interval:
    """All numbers from ``low`` to ``high``, element by element; one number alone where both are the same array."""

    low: np.ndarray
    high: np.ndarray

    @property
    def alone(self) -> bool:
        """Whether one number is held, so that its bounds need be computed only once."""
        return self.low is self.high

    def __add__(self, other: Interval | np.ndarray | float) -> Interval:
        """Sums of any two members."""
        other = interval(other)
        if self.alone and other.alone:
            return interval(self.low + other.low)
        return Interval(self.low + other.low, self.high + other.high)

    def __neg__(self) -> Interval:
        """Negatives of members."""
        return interval(-self.low) if self.alone else Interval(-self.high, -self.low)

    def __sub__(self, other: Interval | np.ndarray | float) -> Interval:
        """Differences of any two members."""
        return self + (-interval(other))

    def __mul__(self, other: Interval | np.ndarray | float) -> Interval:
        """Products of any two members."""
        other = interval(other)
        corners = [a * b for a in _ends(self) for b in _ends(other)]
        return (
            interval(corners[0])
            if len(corners) == 1
            else Interval(reduce(np.minimum, corners), reduce(np.maximum, corners))
        )

    def __matmul__(self, other: Interval | np.ndarray) -> Interval:
        """Matrix products of any two members, by midpoints and radii (Rump 1999)."""
        other = interval(other)
        if self.alone and other.alone:
            return interval(self.low @ other.low)
        (a, r), (b, s) = _ball(self), _ball(other)
        if other.alone:
            radius = r @ np.abs(b)
        elif self.alone:
            radius = np.abs(a) @ s
        else:
            radius = np.abs(a) @ s + r @ (np.abs(b) + s)
        middle = a @ b
        return Interval(middle - radius, middle + radius)

    def __getitem__(self, key) -> Interval:
        """Some of the elements."""
        return self._each(lambda bound: bound[key])

    def square(self) -> Interval:
        """Squares of members: never negative, which a product of two intervals does not know."""
        if self.alone:
            return interval(self.low * self.low)
        low, high = self.low * self.low, self.high * self.high
        return Interval(np.where((self.low <= 0) & (self.high >= 0), 0.0, np.minimum(low, high)), np.maximum(low, high))

    def sum(self, axis: int | None = None) -> Interval:
        """Sums along an axis."""
        return self._each(lambda bound: bound.sum(axis))

    def mean(self) -> Interval:
        """The mean of all elements."""
        return self._each(lambda bound: bound.mean())

    def _each(self, function: Callable[[np.ndarray], np.ndarray]) -> Interval:
        return increasing(function, self)

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
    return interval(function(x.low)) if x.alone else Interval(function(x.low), function(x.high))


def polynomial(function: Callable[[np.ndarray], np.ndarray], turns: Sequence[float], x: Interval) -> Interval:
    """The values of a function that is monotone between its turning points."""
    if x.alone:
        return interval(function(x.low))
    values = [function(x.low), function(x.high)]
    low, high = np.minimum(*values), np.maximum(*values)
    for turn in turns:
        inside, there = (x.low < turn) & (turn < x.high), function(np.asarray(turn))
        low, high = np.where(inside, np.minimum(low, there), low), np.where(inside, np.maximum(high, there), high)
    return Interval(low, high)


def softmax(z: Interval) -> Interval:
    """The probabilities σ(z) along the last axis: one is largest where its logit is largest and all others least."""

    def chosen(own: np.ndarray, others: np.ndarray) -> np.ndarray:
        top = others.max(axis=-1, keepdims=True)
        parts = np.exp(others - top)
        before, after = np.zeros_like(parts), np.zeros_like(parts)
        np.cumsum(parts[..., :-1], axis=-1, out=before[..., 1:])
        np.cumsum(parts[..., :0:-1], axis=-1, out=after[..., -2::-1])
        with np.errstate(divide="ignore"):  # all others may be nothing beside the largest: log 0, of which σ makes 1
            return expit(own - (np.log(before + after) + top))

    return Interval(chosen(z.low, z.high), chosen(z.high, z.low)) if not z.alone else interval(chosen(z.low, z.low))


def _ends(x: Interval) -> tuple[np.ndarray, ...]:
    return (x.low,) if x.alone else (x.low, x.high)


def _ball(x: Interval) -> tuple[np.ndarray, np.ndarray]:
    if x.alone:
        return x.low, np.zeros(())
    middle = 0.5 * (x.low + x.high)
    return middle, np.maximum(x.high - middle, middle - x.low)
