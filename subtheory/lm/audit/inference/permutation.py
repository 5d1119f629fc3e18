"""The test without any distribution: would labels drawn at random part the scores as far?"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

DRAWS = 1999


def permutation_p_value(
    first: Float[np.ndarray, " n"], second: Float[np.ndarray, " m"], seed: int = 0, draws: int = DRAWS
) -> float:
    """One-sided p-value of Welch's t under labels that are permuted at random.

        p = (1 + #{permutations whose t is at least the one found}) / (draws + 1)

    It is exact where examples of both sides could change places, and never below 1/(draws + 1).

    Args:
        first: scores of the data, at least two.
        second: of the control, at least two.
        seed: of the permutations.
        draws: how many.

    Source: E. J. G. Pitman, Suppl. J. R. Stat. Soc. 4 (1937) 119; studentised: A. Janssen, Stat. Probab. Lett. 36
    (1997) 9.

    >>> permutation_p_value(np.arange(10.0) + 20, np.arange(10.0), draws=99)
    0.01
    """
    draw = np.random.default_rng([seed, *b"permuted labels"])
    pooled = np.concatenate([first, second])
    pooled = pooled - pooled.mean()
    n, total, squares = len(first), pooled.sum(), (pooled**2).sum()
    sums, parts = np.empty(draws + 1), np.empty(draws + 1)
    for i in range(draws + 1):
        chosen = (draw.permutation(pooled) if i else pooled)[:n]
        sums[i], parts[i] = chosen.sum(), chosen @ chosen
    t = _welch_t(sums, parts, n, total - sums, squares - parts, len(second))
    return float((1 + np.sum(t[1:] >= t[0] - 1e-9 * abs(t[0]))) / (draws + 1))


def _welch_t(
    sums: np.ndarray, squares: np.ndarray, n: int, other_sums: np.ndarray, other_squares: np.ndarray, m: int
) -> np.ndarray:
    a = np.maximum(squares - sums**2 / n, 0) / (n - 1) / n
    b = np.maximum(other_squares - other_sums**2 / m, 0) / (m - 1) / m
    difference = sums / n - other_sums / m
    return difference / np.sqrt(np.maximum(a + b, np.finfo(float).tiny))
