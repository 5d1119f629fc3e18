"""A claim: a statement about the theorem, what was measured, and whether it had to hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Must = Literal["hold", "fail"]


@dataclass(frozen=True)
class Claim:
    """One claim and its verdict.

    Attributes:
        id: for example ``T1.sign``.
        result: the result of theory.md it belongs to, ``T0`` to ``T16``.
        must: ``hold``, or ``fail`` for a control in which a premise is broken.
        holds: whether the statement was found true.
        measured: the number that decides.
        predicted: what the theory predicts for it.
        tolerance: how far apart the two may be; None where the statement is not about a distance.
        n: how many instances, repetitions or comparisons the number comes from.
        statement: the claim, in words; a control states what must be found false.
        done: what was done to measure it.
    """

    id: str
    result: str
    must: Must
    holds: bool
    measured: float
    predicted: float | None
    tolerance: float | None
    n: int
    statement: str
    done: str

    @property
    def as_expected(self) -> bool:
        """Whether a claim held, or a control failed, as it should."""
        return self.holds == (self.must == "hold")


def close(
    id: str,
    measured: float,
    predicted: float,
    tolerance: float,
    n: int,
    statement: str,
    done: str,
    *,
    must: Must = "hold",
) -> Claim:
    """A claim that two numbers agree: |measured − predicted| ≤ tolerance. NaN never agrees."""
    holds = bool(abs(float(measured) - float(predicted)) <= float(tolerance))
    return Claim(
        id, _result(id), must, holds, float(measured), float(predicted), float(tolerance), int(n), statement, done
    )


def none_of(id: str, violations: int, n: int, statement: str, done: str, *, must: Must = "hold") -> Claim:
    """A claim about every one of n instances: it holds when none violates it, and never on an empty set."""
    violations, n = int(violations), int(n)
    return Claim(id, _result(id), must, violations == 0 and n > 0, float(violations), 0.0, 0.0, n, statement, done)


def _result(id: str) -> str:
    return id.split(".", 1)[0]
