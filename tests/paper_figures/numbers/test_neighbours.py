"""Whether neighbouring seeds are alike: what is found where they are, and where they are not."""

import numpy as np
import pandas as pd
import pytest

from paper_figures.numbers.neighbours import lag_one, neighbours, permuted


def test_the_correlation_of_neighbours_is_that_of_a_loop():
    rng = np.random.default_rng(0)
    values = rng.normal(size=9)
    centred = values - values.mean()
    expected = sum(a * b for a, b in zip(centred[1:], centred[:-1], strict=True)) / sum(a * a for a in centred)
    assert lag_one(values) == pytest.approx(expected)
    assert lag_one(np.stack([values, 2 * values + 1])) == pytest.approx([expected, expected])


def test_random_orders_have_minus_one_over_n_on_average():
    """E of the product of neighbours of a random order is −1/(n − 1) of the variance, and there are n − 1 of n."""
    drawn = permuted([np.random.default_rng(1).normal(size=12)])[1:]
    assert abs(drawn.mean() + 1 / 12) < 5 * drawn.std() / len(drawn) ** 0.5  # false alarms: one in a million


def table(means):
    return pd.DataFrame({"seed": range(len(means)), "cross": means})


def test_seeds_that_share_half_of_what_they_measure_are_found():
    """A moving average of two: neighbours correlate by one half."""
    rng = np.random.default_rng(2)
    draws = [rng.normal(size=21) for _ in range(10)]
    alike = neighbours([table(one[1:] + one[:-1]) for one in draws])
    assert float(alike["neighbours"]) > 0.25
    assert alike["neighbours_p"].startswith("p = 1 · 10⁻⁴")
    apart = neighbours([table(one) for one in draws])
    assert abs(float(apart["neighbours"].replace("−", "-"))) < 0.2


def test_experiments_of_few_seeds_and_without_cross_model_students_do_not_count():
    few, without = table(np.arange(3.0)), table(np.arange(20.0)).rename(columns={"cross": "same"})
    found = neighbours([few, without, table(np.random.default_rng(3).normal(size=12))])
    assert found["neighbours_experiments"] == "1"
