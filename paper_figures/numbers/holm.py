"""P-values: of one mean, and of a family, and the table that says them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import stats

from .words import p_words, plus_minus, positive, table


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


def family(contrasts: Mapping[str, pd.Series]) -> str:
    """A table of contrasts that are one family: points, seeds above zero, and p-values by Holm's rule.

    Args:
        contrasts: words → every seed's value.
    """
    adjusted = holm({words: p_of(one) for words, one in contrasts.items()})
    rows = [
        (words, plus_minus(one, 2, 100), positive(one), p_words(adjusted[words]).removeprefix("p = "))
        for words, one in contrasts.items()
    ]
    return table(("contrast", "points", "above zero", "p, Holm"), rows)
