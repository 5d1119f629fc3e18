"""Intervals and tests against closed forms; values that cannot carry them are refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from subtheory import statistics


@given(some.integers(1, 500), some.data())
def test_wilson_closed_form(n, data):
    successes = data.draw(some.integers(0, n))
    interval = statistics.wilson_interval(successes, n, 0.95)
    z, p = 1.959963984540054, successes / n
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    reach = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    np.testing.assert_allclose([interval.low, interval.high], [centre - reach, centre + reach], atol=1e-12)
    assert interval.estimate == p


def test_exact_binomial():
    assert statistics.exact_binomial_pvalue(10, 10) == pytest.approx(2 * 0.5**10, rel=1e-12)
    assert statistics.exact_binomial_pvalue(0, 3, 0.25, "less") == pytest.approx(0.75**3, rel=1e-12)


def test_mean_interval_closed_form():
    interval = statistics.mean_interval([1, 2, 3])
    reach = 0.95 / np.sqrt(2 * 0.975 * 0.025) / np.sqrt(3)  # t of 2 degrees of freedom in closed form, times s/√n
    np.testing.assert_allclose([interval.estimate, interval.low, interval.high], [2, 2 - reach, 2 + reach], rtol=1e-12)
    assert 2.5 in interval
    assert 5.0 not in interval


def test_bootstrap_is_seeded_and_close_to_student():
    values = np.random.default_rng(0).normal(size=200)
    one, again, other = (statistics.bootstrap_interval(values, seed=seed) for seed in (0, 0, 1))
    assert one == again
    assert one != other
    student = statistics.mean_interval(values)
    np.testing.assert_allclose([one.low, one.high], [student.low, student.high], atol=0.02)


def test_bootstrap_of_equal_values_is_a_point():
    interval = statistics.bootstrap_interval([2.0, 2.0, 2.0])
    assert (interval.low, interval.estimate, interval.high) == (2, 2, 2)


@given(some.floats(-4, 4), some.floats(1e-3, 1e3))
def test_slope_of_a_power_law(order, factor):
    x = np.geomspace(1e-4, 1, 9)
    slope = statistics.loglog_slope(x, factor * x**order)
    assert slope.estimate == pytest.approx(order, abs=1e-10)
    assert slope.low <= slope.estimate <= slope.high


def test_slope_interval_covers_at_its_confidence():
    rng = np.random.default_rng(0)
    x = np.geomspace(1e-2, 1, 8)
    covered = sum(1.5 in statistics.loglog_slope(x, x**1.5 * np.exp(rng.normal(0, 0.1, 8)), 0.9) for _ in range(400))
    assert 0.9 in statistics.wilson_interval(covered, 400, 0.999)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: statistics.wilson_interval(0, 0), "got 0 successes in 0 trials"),
        (lambda: statistics.wilson_interval(4, 3), "got 4 successes in 3 trials"),
        (lambda: statistics.wilson_interval(1, 3, 95.0), "confidence is 95"),
        (lambda: statistics.exact_binomial_pvalue(1, 3, 1.5), "probability is 1.5"),
        (lambda: statistics.exact_binomial_pvalue(1, 3, 0.5, "both"), "alternative is 'both'"),
        (lambda: statistics.mean_interval([]), "holds 0 of the at least 2 values"),
        (lambda: statistics.mean_interval([1.0]), "holds 1 of the at least 2 values"),
        (lambda: statistics.mean_interval([1.0, np.nan]), "holds nan at index 1"),
        (lambda: statistics.mean_interval(np.ones((2, 2))), r"shape \[2, 2\]; expected a vector"),
        (lambda: statistics.bootstrap_interval([1.0]), "holds 1 of the at least 2 values"),
        (lambda: statistics.bootstrap_interval([1.0, np.inf]), "holds inf at index 1"),
        (lambda: statistics.loglog_slope([1.0, 2.0], [1.0, 2.0]), "x holds 2 of the at least 3"),
        (lambda: statistics.loglog_slope([1.0, 2.0, 3.0], [1.0, 2.0, 0.0]), "y holds 0.0; expected positive"),
        (lambda: statistics.loglog_slope([2.0, 2.0, 2.0], [1.0, 2.0, 3.0]), "x holds 2.0 only"),
        (lambda: statistics.loglog_slope([1.0, 2.0, 3.0], [1.0] * 4), "x has 3 values and y has 4"),
    ],
)
def test_refusals(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
