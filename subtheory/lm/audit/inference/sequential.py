"""After how many examples a difference was settled, looked at after every one of them."""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Float

BEGIN = 32
"""Pairs before the first look: the bound is asymptotic, and knows the deviation only from what was seen."""


def settled_after(
    first: Float[np.ndarray, " n"], second: Float[np.ndarray, " m"], level: float = 0.01, tuned: int = 256
) -> int | None:
    """After how many pairs a confidence sequence of the mean difference leaves zero out; None if it never does.

        |mean_t| > σ_t √(2 (tρ² + 1)/(t² ρ²) · log(√(tρ² + 1)/level))

    Whoever looks after every pair is wrong with probability ``level`` in all, not at each look, as the number of pairs
    before the first look grows: so one may stop there. Pairs are the i-th of the data and the i-th of the control.

    Args:
        first: scores of the data, in order.
        second: of the control, in order.
        level: the probability that zero is ever left out although it is the mean.
        tuned: ρ is such that the sequence is narrowest after so many pairs.

    Source: I. Waudby-Smith, D. Arbour, R. Sinha, E. H. Kennedy, A. Ramdas, Ann. Statist. 52 (2024), arXiv 2103.06476,
    theorem 2.2.

    >>> settled_after(np.tile([1.0, 2.0], 100), np.zeros(200))
    32
    >>> settled_after(np.tile([-1.0, 1.0], 100), np.zeros(200)) is None
    True
    """
    pairs = min(len(first), len(second))
    difference = first[:pairs] - second[:pairs]
    t = np.arange(1, pairs + 1)
    mean = np.cumsum(difference) / t
    variance = np.maximum(np.cumsum(difference**2) / t - mean**2, 0)
    spread = -2 * math.log(level)
    rho2 = (spread + math.log(spread) + 1) / tuned
    reach = np.sqrt(variance * 2 * (t * rho2 + 1) / (t**2 * rho2) * (0.5 * np.log(t * rho2 + 1) - math.log(level)))
    out = np.flatnonzero((np.abs(mean) > reach) & (t >= BEGIN))
    return int(t[out[0]]) if out.size else None
