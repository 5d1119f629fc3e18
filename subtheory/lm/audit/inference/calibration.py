"""P-values that assume less than Welch's: from placebo directions, and from permuted labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ..tally import KEPT, Tally
from ..welch import Welch
from .columns import welch_t
from .permutation import DRAWS, permutation_p_value
from .sequential import settled_after

SETTLING = 0.01
"""The probability that an audit without a difference is ever called settled."""


@dataclass(frozen=True)
class Calibration:
    """What the same scores say under other nulls; all p-values are one-sided, towards the trait.

    Attributes:
        permutation: the p-value of permuted labels: could the data be the control?
        permutations: how many were drawn.
        permuted: whether all examples were permuted; False if only the first 65,536 of a side were.
        placebo: the p-value among placebo directions: is the trait's direction more than any like it? None without.
        placebos: how many.
        placebo_t: Welch's t along each, ascending.
        settled_after: so many pairs of data and control settle the sign for one who looks after each; None if they
            do not.
        p_value: the larger of Welch's and the placebos', which is what a gate goes by; Welch's alone without placebos.
    """

    permutation: float
    permutations: int
    permuted: bool
    placebo: float | None
    placebos: int
    placebo_t: tuple[float, ...]
    settled_after: int | None
    p_value: float

    @property
    def words(self) -> tuple[str, ...]:
        """In plain words, a sentence for each test."""
        some = "" if self.permuted else f", of the first {KEPT:,} examples"
        found = [
            f"of {self.permutations:,} random labellings of the same scores{some}, a share of {self.permutation:.2g} "
            "parts data and control as far towards the trait"
        ]
        if self.placebo is not None:
            above = round(self.placebo * (self.placebos + 1)) - 1
            found.append(
                f"{above} of {self.placebos} placebo directions, the trait's turned at random, part them as far "
                f"(p = {self.placebo:.2g})"
            )
        if self.settled_after is None:
            found.append(f"not settled: who looks after every example must not stop yet (level {SETTLING:g})")
        else:
            found.append(
                f"settled after {self.settled_after:,} examples of either side, if one looks after every one "
                f"(level {SETTLING:g})"
            )
        return tuple(found)


def calibrated(data: Tally, control: Tally, test: Welch, seed: int) -> Calibration:
    """Both further p-values, and when the matter was settled.

    Args:
        data: finished.
        control: finished.
        test: Welch's, of the same two.
        seed: of the permutations.
    """
    ours = [tally.values for tally in (data, control)]
    t = welch_t(data.placebos, control.placebos)
    placebo = placebo_p_value(test.t, t) if t.size else None
    return Calibration(
        permutation=permutation_p_value(*ours, seed=seed),
        permutations=DRAWS,
        permuted=all(len(values) == tally.scores.count for values, tally in zip(ours, (data, control), strict=True)),
        placebo=placebo,
        placebos=t.size,
        placebo_t=tuple(sorted(float(one) for one in t)),
        settled_after=settled_after(*ours, level=SETTLING),
        p_value=max(test.p_value, placebo or 0.0),
    )


def placebo_p_value(t: float, placebos: Float[np.ndarray, " K"]) -> float:
    """(1 + the number of placebos whose t is at least the trait's)/(K + 1).

    It is uniform, on the multiples of 1/(K + 1), where the trait's direction is one of the placebos' own kind, whatever
    data and control are: it asks whether the difference lies along the trait rather than anywhere.

    >>> placebo_p_value(2.0, np.array([-1.0, 0.0, 3.0]))
    0.5
    """
    return float((1 + np.sum(placebos >= t)) / (len(placebos) + 1))
