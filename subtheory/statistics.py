"""Intervals and tests: thin names over SciPy that refuse NaN, empty and single values with one sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from jaxtyping import Array, Float, Shaped

Values: TypeAlias = Sequence[float] | Sequence[int] | Shaped[np.ndarray, "..."] | Shaped[Array, "..."]


@dataclass(frozen=True)
class Interval:
    """A confidence interval.

    Attributes:
        estimate: the point estimate, in the unit of the values.
        low: lower end.
        high: upper end.
        confidence: nominal coverage, between 0 and 1.
    """

    estimate: float
    low: float
    high: float
    confidence: float

    def __contains__(self, value: float) -> bool:
        """Whether ``value`` lies within, ends included."""
        return self.low <= value <= self.high


def wilson_interval(successes: int, n: int, confidence: float = 0.95) -> Interval:
    """Wilson's score interval of a proportion.

    Args:
        successes: how many of the trials succeeded.
        n: how many trials there were.
        confidence: nominal coverage.

    Raises:
        ValueError: if there are no trials, or the successes are not between 0 and n.

    >>> interval = wilson_interval(10, 10)
    >>> interval.high, round(interval.low, 4)  # low = n / (n + z²)
    (1.0, 0.7225)
    """
    from scipy import stats  # a second of processor time to import

    _check_counts(successes, n)
    _check_confidence(confidence)
    low, high = stats.binomtest(successes, n).proportion_ci(confidence, method="wilson")
    return Interval(successes / n, float(low), float(high), confidence)


def exact_binomial_pvalue(successes: int, n: int, probability: float = 0.5, alternative: str = "two-sided") -> float:
    """P-value of the exact binomial test that each trial succeeds with ``probability``.

    Args:
        successes: how many of the trials succeeded.
        n: how many trials there were.
        probability: under the null hypothesis, between 0 and 1.
        alternative: ``"two-sided"``, ``"greater"`` or ``"less"``.

    Raises:
        ValueError: if the counts do not fit together, the probability is outside [0, 1], or the alternative is unknown.

    >>> exact_binomial_pvalue(5, 5, alternative="greater")  # 2⁻⁵
    0.03125
    """
    from scipy import stats  # a second of processor time to import

    _check_counts(successes, n)
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}; expected a number between 0 and 1.")
    if alternative not in ("two-sided", "greater", "less"):
        raise ValueError(f"alternative is {alternative!r}; expected 'two-sided', 'greater' or 'less'.")
    return float(stats.binomtest(successes, n, probability, alternative).pvalue)


def mean_interval(values: Values, confidence: float = 0.95) -> Interval:
    """Student's t interval of the mean of independent values.

    Args:
        values: [n], n ≥ 2.
        confidence: nominal coverage.

    Raises:
        ValueError: if there are fewer than two values or one is NaN or infinite.
    """
    from scipy import stats  # a second of processor time to import

    x = finite_vector("values", values, 2)
    _check_confidence(confidence)
    mean, error = float(x.mean()), float(stats.sem(x))
    reach = float(stats.t.ppf((1 + confidence) / 2, len(x) - 1)) * error
    return Interval(mean, mean - reach, mean + reach, confidence)


def bootstrap_interval(
    values: Values,
    confidence: float = 0.95,
    seed: int = 0,
    statistic: Callable[..., Any] = np.mean,
    resamples: int = 9999,
) -> Interval:
    """Bias-corrected and accelerated bootstrap interval of a statistic, the mean by default.

    Args:
        values: [n], n ≥ 2, independent.
        confidence: nominal coverage.
        seed: of the resampling; one seed gives one interval.
        statistic: a NumPy reduction that takes ``axis``.
        resamples: how many.

    Raises:
        ValueError: if there are fewer than two values or one is NaN or infinite.
    """
    from scipy import stats  # a second of processor time to import

    x = finite_vector("values", values, 2)
    _check_confidence(confidence)
    estimate = float(statistic(x))
    if np.all(x == x[0]):
        return Interval(estimate, estimate, estimate, confidence)
    low, high = stats.bootstrap(
        (x,), statistic, n_resamples=resamples, confidence_level=confidence, rng=np.random.default_rng(seed)
    ).confidence_interval
    return Interval(estimate, float(low), float(high), confidence)


def loglog_slope(x: Values, y: Values, confidence: float = 0.95) -> Interval:
    """Least-squares slope of log y against log x, the order of a remainder, with its Student t interval.

    Args:
        x: [n], n ≥ 3, positive, not all equal.
        y: [n], positive.
        confidence: nominal coverage.

    Raises:
        ValueError: if lengths differ, there are fewer than three points, or one is not positive and finite.

    >>> round(loglog_slope([1.0, 2.0, 4.0], [3.0, 12.0, 48.0]).estimate, 12)  # y = 3x²
    2.0
    """
    from scipy import stats  # a second of processor time to import

    a, b = finite_vector("x", x, 3), finite_vector("y", y, 3)
    _check_confidence(confidence)
    if len(a) != len(b):
        raise ValueError(f"x has {len(a)} values and y has {len(b)}; expected as many.")
    for name, vector in (("x", a), ("y", b)):
        if vector.min() <= 0:
            raise ValueError(f"{name} holds {vector.min()}; expected positive values, which have a logarithm.")
    if np.all(a == a[0]):
        raise ValueError(f"x holds {a[0]} only; expected at least two different values, or there is no slope.")
    if np.all(b == b[0]):
        return Interval(0.0, 0.0, 0.0, confidence)
    fit: Any = stats.linregress(np.log(a), np.log(b))
    reach = float(stats.t.ppf((1 + confidence) / 2, len(a) - 2)) * float(fit.stderr)
    slope = float(fit.slope)
    return Interval(slope, slope - reach, slope + reach, confidence)


def finite_vector(name: str, values: Values, least: int) -> Float[np.ndarray, " n"]:
    """The values as a float64 vector.

    Raises:
        ValueError: another shape, fewer than ``least`` values, or one that is not finite.
    """
    vector = np.asarray(values, np.float64)
    if vector.ndim != 1:
        raise ValueError(f"{name} has shape {list(vector.shape)}; expected a vector [n].")
    if len(vector) < least:
        raise ValueError(f"{name} holds {len(vector)} of the at least {least} values that an interval needs.")
    if not np.isfinite(vector).all():
        place = int(np.argmin(np.isfinite(vector)))
        raise ValueError(f"{name} holds {vector[place]} at index {place}; expected finite values.")
    return vector


def _check_counts(successes: int, n: int) -> None:
    if n < 1 or not 0 <= successes <= n:
        raise ValueError(f"got {successes} successes in {n} trials; expected at least one trial and 0 ≤ successes ≤ n.")


def _check_confidence(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}; expected a number between 0 and 1, such as 0.95.")
