"""Streaming moments and Welch's test, against NumPy and SciPy on values that were kept."""

import numpy as np
import pytest
from scipy import stats

from subtheory.lm.audit.welch import Moments, welch

from ...tolerances import exact


def test_moments_of_a_stream_are_those_of_all_values():
    values = 1e3 + np.random.default_rng(0).normal(size=1000)
    streamed = Moments()
    for part in np.split(values, [1, 1, 17, 500]):
        streamed = streamed.merge(Moments.of(part))
    assert streamed.count == 1000
    exact(np.array([streamed.mean]), values.mean(keepdims=True))
    exact(np.array([streamed.variance]), values.var(ddof=1, keepdims=True), size=1000)


def test_welch_is_scipys():
    generator = np.random.default_rng(1)
    a, b = generator.normal(0.5, 1, 40), generator.normal(0, 3, 25)
    ours, theirs = welch(Moments.of(a), Moments.of(b)), stats.ttest_ind(a, b, equal_var=False, alternative="greater")
    interval = stats.ttest_ind(a, b, equal_var=False).confidence_interval()
    got = np.array([ours.t, ours.freedom, ours.p_value, ours.low, ours.high])
    exact(got, np.array([theirs.statistic, theirs.df, theirs.pvalue, interval.low, interval.high]), size=10)
    assert ours.p_value_two_sided == pytest.approx(stats.ttest_ind(a, b, equal_var=False).pvalue, rel=1e-12)


def test_scores_that_cannot_be_tested_are_refused():
    two = Moments.of(np.array([1.0, 2.0]))
    with pytest.raises(ValueError, match="got 1 scores; expected at least two"):
        welch(Moments.of(np.array([1.0])), two)
    with pytest.raises(ValueError, match="no score varies"):
        welch(Moments.of(np.ones(3)), Moments.of(np.ones(3)))
    with pytest.raises(ValueError, match="NaN or infinity"):
        welch(Moments.of(np.array([1.0, np.nan])), two)
