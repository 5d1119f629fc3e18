"""Tests by seed against simulation: their level, their power, and the equivalence that a large p-value is not."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from scipy import stats

from subtheory.hypotheses import equivalence, holm, mean_p_value, power, seeds_needed

GENERATOR = np.random.default_rng(0)


def test_the_level_is_kept_and_a_pair_that_shares_a_seed_breaks_it():
    """4 000 null records of 5 seeds × 6 traits; the control counts pairs and is wrong several times as often."""
    seeds = GENERATOR.normal(size=(4000, 5, 1))
    pairs = seeds + 0.5 * GENERATOR.normal(size=(4000, 5, 6))
    by_seed = np.mean([mean_p_value(one.mean(axis=1)) < 0.05 for one in pairs[:1500]])
    by_pair = np.mean([mean_p_value(one.ravel()) < 0.05 for one in pairs[:1500]])
    assert abs(by_seed - 0.05) < 4 * math.sqrt(0.05 * 0.95 / 1500)  # 6e-5 of false alarm
    assert by_pair > 0.3


def test_a_large_p_value_is_no_equivalence():
    few = [0.05, -0.03, 0.06]
    assert mean_p_value(few) > 0.3
    assert equivalence(few, 0.02).p_value > 0.05
    many = 0.005 * GENERATOR.normal(size=30)
    assert equivalence(many, 0.02).p_value < 1e-6


def test_equivalence_by_hand():
    x = np.array([0.01, 0.03, -0.02, 0.0])
    error = x.std(ddof=1) / 2
    by_hand = max(stats.t.sf((x.mean() + 0.05) / error, 3), stats.t.cdf((x.mean() - 0.05) / error, 3))
    assert equivalence(x, 0.05).p_value == pytest.approx(by_hand, rel=1e-12)


def test_holm_is_monotone_and_bounds_bonferroni():
    p = GENERATOR.uniform(size=12) ** 3
    adjusted = np.array(holm(p))
    assert (adjusted >= p).all()
    assert (adjusted <= np.minimum(1, 12 * p) + 1e-15).all()
    assert (np.argsort(adjusted, kind="stable") == np.argsort(p, kind="stable")).all() or len(set(adjusted)) < 12
    assert holm([0.5]) == [0.5]


def test_power_is_what_simulation_finds():
    drawn = GENERATOR.normal(0.04, 0.056, size=(4000, 12))
    found = np.mean([mean_p_value(one) < 0.05 for one in drawn])
    expected = power(0.04, 0.056, 12)
    assert abs(found - expected) < 4 * math.sqrt(expected * (1 - expected) / 4000)
    needed = seeds_needed(0.04, 0.056)
    assert power(0.04, 0.056, needed) >= 0.8 > power(0.04, 0.056, needed - 1)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: equivalence([1.0, 2.0], 0), "the margin is 0; expected a positive finite number"),
        (lambda: equivalence([1.0], 1), "holds 1 of the at least 2 values"),
        (lambda: mean_p_value([1.0, math.nan]), "expected finite values"),
        (lambda: holm([]), "expected at least one"),
        (lambda: holm([1.5]), "all between 0 and 1"),
        (lambda: power(1, 0, 5), "expected a positive one and at least two"),
        (lambda: seeds_needed(0, 1), "expected one that is not 0"),
    ],
)
def test_refused(call, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        call()
