"""The two tolerance classes of all tests: exact (machine epsilon, problem size) and statistical (false-alarm rate)."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from scipy import stats

ROUNDINGS = 100
FALSE_ALARM = 1e-6


def values_of(tree: object) -> np.ndarray:
    """All numbers of a tree in one row, in float64."""
    return np.concatenate([np.asarray(leaf, np.float64).ravel() for leaf in jax.tree.leaves(tree)])


def exact(got: object, expected: object, size: float = 1.0, scale: float | None = None) -> None:
    """Fail unless two trees of numbers agree up to 100·eps·size, relative to the largest expected number.

    Args:
        got: arrays, or a tree of them, whose dtype sets the machine epsilon.
        expected: the same numbers from an oracle.
        size: how many roundings add up, about the number of terms in the sums.
        scale: what to be relative to, where the expected numbers cancel to nothing.
    """
    floats = [leaf.dtype for leaf in jax.tree.leaves(got) if hasattr(leaf, "dtype")]
    eps = max([float(jnp.finfo(dtype).eps) for dtype in floats], default=float(np.finfo(float).eps))
    a, b = values_of(got), values_of(expected)
    assert a.shape == b.shape, f"{a.shape} numbers against {b.shape}"
    scale = float(np.abs(b).max()) if scale is None else scale
    worst = float(np.abs(a - b).max())
    assert worst <= ROUNDINGS * eps * size * scale, f"off by {worst:.3g}, allowed {ROUNDINGS * eps * size * scale:.3g}"


def binomial_range(n: int, probability: float) -> tuple[float, float]:
    """The counts that n trials of a probability leave with no more than the false-alarm rate."""
    low, high = stats.binom.ppf([FALSE_ALARM / 2, 1 - FALSE_ALARM / 2], n, probability)
    return float(low), float(high)


def mean_agrees(values: np.ndarray, expected: float) -> None:
    """Fail unless the mean of independent values is the expected one, up to the false-alarm rate of a normal mean."""
    values = np.asarray(values, np.float64)
    reach = stats.norm.isf(FALSE_ALARM / 2) * values.std(ddof=1) / np.sqrt(values.size)
    assert abs(values.mean() - expected) <= reach, f"mean {values.mean():.4g} ± {reach:.2g}, expected {expected:.4g}"
