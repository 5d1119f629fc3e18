"""What a figure shows of raw values: means, medians, proportions and slopes, each with its interval."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pandas as pd
from scipy import stats

NORMAL = NormalDist()


def wilson(successes: int, n: int, confidence: float = 0.95) -> tuple[float, float, float]:
    """A proportion and Wilson's score interval: (estimate, low, high).

    >>> [round(x, 4) for x in wilson(10, 10)]
    [1.0, 0.7225, 1.0]
    """
    z = NORMAL.inv_cdf((1 + confidence) / 2)
    share = successes / n
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    reach = z / (1 + z**2 / n) * (share * (1 - share) / n + z**2 / (4 * n**2)) ** 0.5
    return share, max(0.0, min(share, centre - reach)), min(1.0, max(share, centre + reach))


def mean_band(table: pd.DataFrame, confidence: float = 0.95, resamples: int = 2000) -> pd.DataFrame:
    """Mean over seeds (columns) for every sweep value (row), with its percentile bootstrap interval over seeds.

    The resampling has a fixed seed. One seed gives an interval of no width.
    """
    values = table.to_numpy()
    choice = np.random.default_rng(0).integers(values.shape[1], size=(resamples, values.shape[1]))
    means = np.nanmean(values[:, choice], axis=2)
    low, high = np.nanquantile(means, [(1 - confidence) / 2, (1 + confidence) / 2], axis=1)
    return pd.DataFrame({"centre": np.nanmean(values, axis=1), "low": low, "high": high}, index=table.index)


def seed_means(table: pd.DataFrame) -> pd.DataFrame:
    """What shares a seed (a level of the columns) is averaged first: the unit is the reference model."""
    return table.T.groupby(level="seed").mean().T


def seed_band(table: pd.DataFrame) -> pd.DataFrame:
    """Mean over seeds for every sweep value (row) with Student's 95 % interval; columns are seeds and traits.

    >>> pairs = pd.MultiIndex.from_product([[0, 1], ["cat", "oak"]], names=["seed", "trait"])
    >>> band = seed_band(pd.DataFrame([[1.0, 3.0, 2.0, 4.0]], columns=pairs))
    >>> [round(float(x), 2) for x in band.loc[0]]
    [2.5, -3.85, 8.85]
    """
    found = [student_interval(values.dropna()) for _, values in seed_means(table).iterrows()]
    return pd.DataFrame(found, index=table.index, columns=["centre", "low", "high"])


def reach(summary: pd.DataFrame, centre: str = "centre") -> np.ndarray:
    """How far intervals go below and above their centres, ``[2, rows]``, as error bars are given."""
    return np.stack([summary[centre] - summary["low"], summary["high"] - summary[centre]]).clip(min=0)


def quartile_band(table: pd.DataFrame) -> pd.DataFrame:
    """Median over seeds (columns) for every sweep value (row), with the quartiles: a spread, not an interval."""
    low, centre, high = np.nanquantile(table.to_numpy(), [0.25, 0.5, 0.75], axis=1)
    return pd.DataFrame({"centre": centre, "low": low, "high": high}, index=table.index)


def loglog_slopes(table: pd.DataFrame, low: float, high: float) -> pd.Series:
    """For every seed (column) the least-squares slope of log |value| against log of the sweep within [low, high]."""
    part = table[(table.index >= low) & (table.index <= high)].abs()
    x = np.log(part.index.to_numpy(float))
    x = x - x.mean()
    return pd.Series(x @ np.log(part.to_numpy()) / (x @ x), index=part.columns)


def student_interval(values: pd.Series, confidence: float = 0.95) -> tuple[float, float, float]:
    """Mean with Student's interval over seeds: (mean, low, high); no width for a single seed.

    >>> [round(x, 3) for x in student_interval(pd.Series([1.0, 2.0, 3.0]))]
    [2.0, -0.484, 4.484]
    """
    mean, n = float(values.mean()), len(values)
    if n < 2:
        return mean, mean, mean
    reach = float(stats.t.ppf((1 + confidence) / 2, n - 1) * values.std(ddof=1) / n**0.5)
    return mean, mean - reach, mean + reach


def rank_correlation(x: pd.Series, y: pd.Series) -> float:
    """Spearman's rank correlation of two series with one index; ties share their mean rank.

    >>> rank_correlation(pd.Series([1, 2, 30]), pd.Series([2.0, 5.0, 6.0]))
    1.0
    """
    return float(x.rank().corr(y.rank()))


def normal_cdf(values: np.ndarray | pd.Series) -> np.ndarray:
    """Φ, the standard normal distribution function."""
    return np.array([NORMAL.cdf(float(value)) for value in np.asarray(values).ravel()])


def cumulative(values: pd.Series | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The empirical distribution function as steps: (sorted values, shares up to and including them)."""
    x = np.sort(np.asarray(values, float))
    return x, np.arange(1, len(x) + 1) / len(x)


def rank_agreement_by_seed(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """[seeds] Spearman's correlation over the cells of tables, the mean over kinds.

    Args:
        x: [seeds, kinds, rows, columns] of one quantity; ranks are taken within a seed and kind.
        y: the same of the other.

    >>> table = np.arange(12.0).reshape(2, 1, 2, 3)
    >>> rank_agreement_by_seed(table, np.exp(table)).tolist()
    [1.0, 1.0]
    """
    cells = (part.reshape(*part.shape[:-2], -1) for part in (x, y))
    return rank_correlations(*cells).mean(axis=1)


def rank_correlations(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """[…] Spearman's correlation along the last axis, all others broadcast; NaN where one side is constant.

    >>> rank_correlations(np.array([[1, 2, 30], [3, 2, 1]]), np.array([2.0, 5.0, 6.0])).tolist()
    [1.0, -1.0]
    """
    ranks = (stats.rankdata(part, axis=-1) for part in (x, y))
    a, b = (part - part.mean(axis=-1, keepdims=True) for part in ranks)
    norms = np.sqrt((a**2).sum(axis=-1) * (b**2).sum(axis=-1))
    return (a * b).sum(axis=-1) / np.where(norms > 0, norms, np.nan)
