"""The unit of a committed record is the reference model: traits of a seed are averaged before anything is asserted."""

import pandas as pd


def in_every_seed(pairs: pd.Series) -> bool:
    """Whether the mean over traits is above zero for every reference model; what a test by pairs would overstate."""
    means = pairs.groupby("seed").mean()
    assert len(means) >= 3
    return bool((means > 0).all())
