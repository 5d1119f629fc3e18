"""P-values: of one mean, and of a family."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import stats


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """P-values adjusted for being one of a family, by Holm's step-down rule, as in ``subtheory.hypotheses``.

    >>> holm({"a": 0.01, "b": 0.04, "c": 0.03})
    {'a': 0.03, 'b': 0.06, 'c': 0.06}
    """
    order = sorted(p_values, key=p_values.__getitem__)
    stepped = np.maximum.accumulate([(len(order) - place) * p_values[name] for place, name in enumerate(order)])
    adjusted = dict(zip(order, np.minimum(stepped, 1.0).tolist(), strict=True))
    return {name: float(f"{adjusted[name]:.15g}") for name in p_values}


def p_of(by_seed: pd.Series) -> float:
    """Student's two-sided p-value of mean zero; 1 where every seed is zero."""
    values = by_seed.to_numpy(float)
    return 1.0 if not values.any() else float(stats.ttest_1samp(values, 0.0).pvalue)
