"""The scores of single answers that ``lm_attribution`` holds side by side, in the order of figure and table."""

from __future__ import annotations

import pandas as pd

from .reading import Record

AUDIT, SECOND = "audit", "prompted likelihood"
"""The score of the theory, and the rival of the primary contrasts."""
METHODS = {
    AUDIT: "examples of the trait",
    "audit, displacement": "the teacher",
    "likelihood ratio": "the teacher",
    "prompted likelihood": "a sentence",
    "mean representation": "a sentence",
    "gradient cosine": "examples of the trait",
    "length": "nothing",
    "random": "nothing",
}
"""What each must know of the trait."""
RIVALS = tuple(name for name in METHODS if name != AUDIT)
MEASURES = ("recall", "LDS, one step", "LDS, descent", "LDS, Adam")


def by_method(record: Record, metric: str) -> pd.DataFrame:
    """One metric, seeds down and methods across, the mean over traits."""
    return record.values(metric).pivot_table(index="seed", columns="condition", values="value").loc[:, list(METHODS)]
