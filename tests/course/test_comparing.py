"""Answers are read in any form, and what cannot be read is said in words."""

from __future__ import annotations

import numpy as np
import pytest

from subtheory.course.comparing import array, called, close, number, vector, words
from subtheory.course.exercise import Unreadable


@pytest.mark.parametrize(
    ("answer", "value"),
    [("1/2", 0.5), ("-1e-3", -1e-3), ("2.7 nats", 2.7), ("50 %", 50.0), (np.int64(3), 3.0), ([[4]], 4.0)],
)
def test_numbers(answer, value):
    assert number(answer) == value


@pytest.mark.parametrize(
    "answer",
    ["two", "1 2", "", True, np.True_, [1, 2], 1j, object(), "1/0", "1.2.3", "9" * 400 + "e9999", float("nan")],
)
def test_what_is_no_number(answer):
    with pytest.raises(Unreadable):
        number(answer)


def test_vectors():
    assert array("(1, 2 3)").tolist() == [1, 2, 3]
    with pytest.raises(Unreadable, match="Got 3 numbers."):
        vector("1, 2, 3", 2)


def test_words():
    assert words("Shared, hidden-LAYERS!") == ["shared", "hidden", "layers"]
    with pytest.raises(Unreadable, match="3 is not a text"):
        words(3)


def test_close_is_relative_to_the_larger():
    assert close(1e6, 1e6 + 1)
    assert close(1e-9, 1e-9 * (1 + 1e-6))
    assert not close(1e-9, 2e-9)
    assert not close([1, 1], [1.0, 1.01])
    assert not close(1.0, [1.0])
    assert close(0, 0)


def test_a_function_cannot_spoil_what_it_is_given():
    given = np.ones(3)

    def spoil(x):
        x *= 0
        return x

    assert called(spoil, given).tolist() == [0, 0, 0]
    assert given.tolist() == [1, 1, 1]
