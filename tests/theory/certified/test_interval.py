"""Interval arithmetic encloses what it should, and no more than it must where that is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import softmax

from subtheory.theory.certified import interval

NUMBERS = st.floats(-5, 5)


def drawn(seed, shape, width=1.0):
    rng = np.random.default_rng(seed)
    low = rng.normal(size=shape)
    box = interval.Interval(low, low + width * rng.random(shape))
    inside = [box.low + (box.high - box.low) * rng.random(shape) for _ in range(20)]
    return box, [*inside, box.low, box.high]


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_products_and_squares_are_exact_on_scalars(a, b, c, d):
    x, y = (
        interval.Interval(np.array(min(a, b)), np.array(max(a, b))),
        interval.Interval(np.array(min(c, d)), np.array(max(c, d))),
    )
    corners = [p * q for p in (a, b) for q in (c, d)]
    assert ((x * y).low, (x * y).high) == (min(corners), max(corners))
    assert x.square().low == (0 if x.low <= 0 <= x.high else min(a * a, b * b))
    assert x.square().high == max(a * a, b * b)
    assert ((x - y).low, (x - y).high) == (min(a, b) - max(c, d), max(a, b) - min(c, d))


@pytest.mark.parametrize("seed", range(5))
def test_matrix_products_and_softmax_enclose_every_member(seed):
    (A, members), (B, others) = drawn(seed, (3, 4)), drawn(seed + 100, (4, 2))
    product = A @ B
    for a in members:
        for b in others:
            assert product.contains(a @ b, 1e-13)
    p = interval.softmax(A)
    for a in members:
        assert p.contains(softmax(a, axis=-1), 1e-13)
    corner = np.where(np.arange(4) == 2, A.high, A.low)  # the third probability is attained there
    np.testing.assert_allclose(softmax(corner, axis=-1)[:, 2], p.high[:, 2], rtol=1e-12)
    assert interval.softmax(interval.interval(np.array([[800.0, -800.0]]))).high[0, 0] == 1.0


def test_polynomials_see_their_turning_points():
    bend = interval.polynomial(
        lambda x: 2 * x**3 - 2 * x, (-(3**-0.5), 3**-0.5), interval.Interval(np.array(-1.0), np.array(1.0))
    )
    np.testing.assert_allclose([bend.low, bend.high], [-4 / 3**1.5, 4 / 3**1.5], rtol=1e-15)
    away = interval.polynomial(lambda x: 1 - x**2, (0.0,), interval.Interval(np.array(0.5), np.array(0.6)))
    np.testing.assert_allclose([away.low, away.high], [0.64, 0.75])


def test_containment_can_fail():
    box, members = drawn(0, (2, 2))
    assert not box.contains(members[0] + 2)
