"""Verdicts: what holds, what must hold, and what never does."""

from __future__ import annotations

import pytest

from subtheory.verification.claim import close, none_of
from subtheory.verification.table import number, summary, verdict


@pytest.mark.parametrize(
    ("measured", "must", "holds", "expected"),
    [(1.05, "hold", True, True), (1.2, "hold", False, False), (1.2, "fail", False, True), (1.05, "fail", True, False)],
)
def test_agreement_of_two_numbers(measured, must, holds, expected):
    claim = close("T1.size", measured, 1.0, 0.1, 3, "a statement", "what was done", must=must)
    assert (claim.result, claim.holds, claim.as_expected) == ("T1", holds, expected)


def test_nan_never_agrees():
    assert not close("T1.size", float("nan"), 0.0, 1.0, 1, "", "").holds


def test_violations_are_counted_and_an_empty_set_proves_nothing():
    assert none_of("T2.sign", 0, 10, "", "").holds
    assert not none_of("T2.sign", 1, 10, "", "").holds
    assert not none_of("T2.sign", 0, 0, "", "").holds


def test_the_words_of_a_verdict():
    held = none_of("T2.sign", 0, 10, "", "")
    passed = none_of("T2.sign.other_init", 0, 10, "", "", must="fail")
    assert verdict(held).plain == "holds"
    assert verdict(passed).plain == "HOLDS, but must fail"
    assert "1 of 1 claims hold, 0 of 1 controls" in summary([held, passed], 1.0, "digits").plain
    assert "T2.sign.other_init" in summary([held, passed], 1.0, "digits").plain


@pytest.mark.parametrize(("value", "text"), [(None, "–"), (3.0, "3"), (0.12345, "0.123"), (2.5e-16, "2.5e-16")])
def test_numbers_are_short(value, text):
    assert number(value) == text
