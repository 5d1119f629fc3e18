"""How the scores of both sides are spread, as counts in common bins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

BINS = 40
TAIL = 0.001
"""The share of scores at either end that goes into the outermost bins, so that no single score sets the scale."""


@dataclass(frozen=True)
class Distribution:
    """Two histograms.

    Attributes:
        edges: of the bins; scores beyond the ends are counted in the outermost ones.
        data: how many scores of the data are in each.
        control: and of the control.
    """

    edges: tuple[float, ...]
    data: tuple[int, ...]
    control: tuple[int, ...]


def distribution(data: Float[np.ndarray, " n"], control: Float[np.ndarray, " m"], bins: int = BINS) -> Distribution:
    """The histograms of some scores.

    >>> distribution(np.array([0.0, 1.0]), np.array([1.0, 1.0, 0.2]), bins=2)
    Distribution(edges=(0.0, 0.5, 1.0), data=(1, 1), control=(1, 2))
    """
    pooled = np.concatenate([data, control])
    low, high = np.quantile(pooled, [TAIL, 1 - TAIL], method="closest_observation")
    if not high > low:
        low, high = pooled.min(), pooled.max() + (pooled.max() == pooled.min())
    edges = np.linspace(low, high, bins + 1)
    counts = [np.histogram(np.clip(side, low, high), edges)[0] for side in (data, control)]
    ours, theirs = (tuple(int(one) for one in side) for side in counts)
    return Distribution(tuple(float(edge) for edge in edges), ours, theirs)
