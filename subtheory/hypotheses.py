"""Tests whose unit is the seed: of a mean, of equivalence to nothing, of a family; and how many seeds they take.

Thin names over SciPy. Every function takes one value per independent unit, so average what shares a reference model
first.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .statistics import Values, finite_vector


@dataclass(frozen=True)
class Equivalence:
    """Two one-sided tests of a mean against ±margin (TOST).

    Attributes:
        estimate: the mean.
        margin: what counts as nothing.
        p_value: the larger of both tests'; below the level the mean is equivalent to zero.
    """

    estimate: float
    margin: float
    p_value: float


def mean_p_value(values: Values) -> float:
    """Student's two-sided p-value of mean zero.

    Raises:
        ValueError: fewer than two values, or one that is not finite.

    >>> round(mean_p_value([1.0, 1.0, 2.0]), 3)
    0.057
    """
    from scipy import stats  # a second of processor time to import

    return float(stats.ttest_1samp(finite_vector("values", values, 2), 0.0).pvalue)


def equivalence(values: Values, margin: float) -> Equivalence:
    """Whether a mean is nothing, with a margin fixed before looking: two one-sided t-tests.

    A null is never shown by a large p-value of the test of zero, which few seeds give to anything.

    Args:
        values: one per seed.
        margin: the largest mean that counts as nothing, above zero.

    Raises:
        ValueError: fewer than two values, one that is not finite, a margin that is not positive.

    Source: D. J. Schuirmann, J. Pharmacokinet. Biopharm. 15 (1987) 657.

    >>> equivalence([0.01, -0.01, 0.0, 0.01], 0.1).p_value < 0.001
    True
    """
    from scipy import stats  # a second of processor time to import

    x = finite_vector("values", values, 2)
    if not (math.isfinite(margin) and margin > 0):
        raise ValueError(f"the margin is {margin}; expected a positive finite number, fixed before looking.")
    above = stats.ttest_1samp(x, -margin, alternative="greater").pvalue
    below = stats.ttest_1samp(x, margin, alternative="less").pvalue
    return Equivalence(float(x.mean()), margin, float(max(above, below)))


def holm(p_values: Sequence[float]) -> list[float]:
    """P-values adjusted for being one of a family, by Holm's step-down rule, in the order given.

    Raises:
        ValueError: none at all, or one that is no probability.

    Source: S. Holm, Scand. J. Statist. 6 (1979) 65.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    p = np.asarray(p_values, np.float64)
    if p.size == 0 or not ((p >= 0) & (p <= 1)).all():
        raise ValueError(f"the p-values are {list(p_values)}; expected at least one, all between 0 and 1.")
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate((p.size - np.arange(p.size)) * p[order])
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(stepped, 1.0)
    return [float(value) for value in adjusted.round(15)]


def power(effect: float, deviation: float, seeds: int, level: float = 0.05) -> float:
    """How often a two-sided t-test over seeds finds a mean of that size, by the noncentral t distribution.

    Args:
        effect: the mean.
        deviation: standard deviation between seeds, above zero.
        seeds: how many, at least two.
        level: of the test.

    Raises:
        ValueError: a deviation that is not positive, fewer than two seeds.

    >>> round(power(0.04, 0.056, 20), 2)
    0.86
    """
    from scipy import stats  # a second of processor time to import

    if not deviation > 0 or seeds < 2:
        raise ValueError(f"got a deviation of {deviation} and {seeds} seeds; expected a positive one and at least two.")
    critical = stats.t.ppf(1 - level / 2, seeds - 1)
    shift = effect / deviation * math.sqrt(seeds)
    return float(stats.nct.sf(critical, seeds - 1, shift) + stats.nct.cdf(-critical, seeds - 1, shift))


def seeds_needed(effect: float, deviation: float, wanted: float = 0.8, level: float = 0.05) -> int:
    """The fewest seeds with which ``power`` reaches what is wanted.

    Raises:
        ValueError: as ``power``; an effect of zero, or a power outside (0, 1).

    >>> seeds_needed(0.04, 0.056)
    18
    """
    if effect == 0 or not 0 < wanted < 1:
        raise ValueError(f"got an effect of {effect} and a power of {wanted}; expected one that is not 0, and 0 to 1.")
    seeds = 2
    while power(effect, deviation, seeds, level) < wanted:
        seeds += 1 if seeds < 200 else seeds // 100
    return seeds
