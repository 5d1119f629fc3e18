"""Answers in any form held against what is right: numbers, vectors, words, and functions by trying them."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from .exercise import Judge, Unreadable

CLOSE = 1e-3
"""Relative: more than float32 loses in these exercises, and less than any mistake makes."""


def number(answer: Any) -> float:
    """The number that an answer means.

    >>> number("90°"), number(" 1/2 "), number(np.float32(2)), number([3])
    (90.0, 0.5, 2.0, 3.0)
    """
    if isinstance(answer, str):
        found = re.fullmatch(r"\s*([+-]?[\d.]+(?:e[+-]?\d+)?(?:\s*/\s*\d+)?)\s*[°%a-z]*\s*", answer.lower())
        if not found:
            raise Unreadable(f"{answer!r} is not a number.")
        try:
            return float(Fraction(found[1].replace(" ", "")))
        except (ValueError, ArithmeticError):
            raise Unreadable(f"{answer!r} is not a number.") from None
    value = array(answer)
    if value.size != 1 or isinstance(answer, bool | np.bool_):
        raise Unreadable(f"{_short(answer)} is not one number.")
    return float(value.reshape(()))


def array(answer: Any) -> np.ndarray:
    """The array of floats that an answer means; strings of numbers between commas or spaces will do.

    >>> array("1, 2"), array((1, 2))
    (array([1., 2.]), array([1., 2.]))
    """
    if isinstance(answer, str):
        answer = [number(part) for part in re.split(r"[,;\s]+", answer.strip("()[] "))]
    if isinstance(answer, set | dict) or callable(answer):
        raise Unreadable(f"{_short(answer)} is no array of numbers.")
    try:
        found = np.asarray(answer, dtype=float)
    except (TypeError, ValueError, OverflowError):
        raise Unreadable(f"{_short(answer)} is no array of numbers.") from None
    if not np.isfinite(found).all():
        raise Unreadable(f"{_short(answer)} holds a number that is not finite.")
    return found


def vector(answer: Any, size: int) -> np.ndarray:
    """A vector of ``size`` numbers."""
    found = array(answer).reshape(-1)
    if found.size != size:
        raise Unreadable(f"Got {found.size} numbers.")
    return found


def words(answer: Any) -> list[str]:
    """The words of a text in small letters; hyphens and signs part them.

    >>> words(" Hidden-Layers ")
    ['hidden', 'layers']
    """
    if not isinstance(answer, str):
        raise Unreadable(f"{_short(answer)} is not a text.")
    return re.findall(r"\w+", answer.lower())


def close(a: Any, b: Any) -> bool:
    """Whether two arrays of one shape are the same to rounding, on the scale of the larger."""
    a, b = np.asarray(a, float), np.asarray(b, float)
    if a.shape != b.shape:
        return False
    scale = max(np.abs(a).max(initial=0.0), np.abs(b).max(initial=0.0))
    return bool(np.abs(a - b).max(initial=0.0) <= CLOSE * scale)


def is_number(right: float, mistakes: Sequence[tuple[float, str]] = (), otherwise: str = "") -> Judge:
    """A judge of one number; a common mistake gets its own sentence."""

    def judge(answer: Any) -> str | None:
        got = number(answer)
        if close(got, right):
            return None
        return next((said for value, said in mistakes if close(got, value)), otherwise or "That is another number.")

    return judge


def called(answer: Any, *given: Any) -> Any:
    """What an answer, a function, makes of copies of the arguments; Unreadable where it fails."""
    if not callable(answer):
        raise Unreadable(f"{_short(answer)} is no function.")
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            got = answer(*(one.copy() if isinstance(one, np.ndarray) else one for one in given))
    except Exception as error:
        raise Unreadable(f"Your function stopped with {type(error).__name__}: {_short(str(error))}.") from None
    if got is None or got is ...:
        raise Unreadable("Your function returned nothing.")
    return got


def is_function(
    oracle: Callable[..., Any],
    instances: Iterable[tuple[Any, ...]],
    mistakes: Sequence[tuple[Callable[..., Any], str]] = (),
    otherwise: str = "It returns another value than the right one on a random instance.",
) -> Judge:
    """A judge that tries a function on instances against an oracle, and against oracles of common mistakes."""
    instances = tuple(instances)

    def judge(answer: Any) -> str | None:
        got = [array(called(answer, *given)) for given in instances]
        wanted = [np.asarray(oracle(*given), float) for given in instances]
        for k, right in enumerate(wanted):
            if np.squeeze(got[k]).shape != np.squeeze(right).shape:
                return f"It returns shape {list(got[k].shape)}, where the result has shape {list(right.shape)}."
            got[k] = got[k].reshape(right.shape)
        if all(map(close, got, wanted)):
            return None
        for wrong, said in mistakes:
            if all(close(one, wrong(*given)) for one, given in zip(got, instances, strict=True)):
                return said
        return otherwise

    return judge


def _short(answer: Any) -> str:
    text = answer if isinstance(answer, str) else repr(answer)
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:57]}..."
