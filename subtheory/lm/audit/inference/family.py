"""Several traits audited on the same data: one family of tests, and a gate that goes by it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from ....hypotheses import holm
from ..report import AuditReport

FOUND, NO_VERDICT = 3, 4
"""Exit codes of a gate: evidence above its level; and none, but a trait without a verdict."""


@dataclass(frozen=True)
class Family:
    """The audits of one data set.

    Attributes:
        names: of the traits.
        reports: one each.
        p_values: their calibrated p-values, adjusted for being a family (Holm): the probability that any of them is
            found is at most the level, if the data move the model towards none.
    """

    names: tuple[str, ...]
    reports: tuple[AuditReport, ...]
    p_values: tuple[float, ...]

    def as_json(self) -> bytes:
        """Every report, with its trait's name and its p-value in the family."""
        found = [
            {"name": name, "family_p_value": p, **json.loads(report.as_json())}
            for name, report, p in zip(self.names, self.reports, self.p_values, strict=True)
        ]
        return (json.dumps({"traits": found}, indent=1, ensure_ascii=False) + "\n").encode()

    def gate(self, level: float) -> tuple[int, str]:
        """Exit code and words: ``FOUND`` if a trait's p-value is at most ``level``, else 0 or ``NO_VERDICT``."""
        traits = list(zip(self.names, self.reports, self.p_values, strict=True))
        silent = [name for name, report, _ in traits if report.comparison.refusals]
        found = [f"{name} (p = {p:.2g})" for name, _, p in traits if name not in silent and p <= level]
        if found:
            return FOUND, f"evidence above the level {level:g} for {', '.join(found)}"
        if silent:
            return NO_VERDICT, f"no verdict on {', '.join(silent)}"
        return 0, f"no evidence above the level {level:g}; the smallest p-value is {min(self.p_values):.2g}"


def family_of(names: Sequence[str], reports: Sequence[AuditReport]) -> Family:
    """The family of some reports.

    Raises:
        ValueError: none, or two traits of one name.
    """
    if len(set(names)) != len(names):
        raise ValueError(f"the traits are {', '.join(names)}; expected each only once.")
    return Family(tuple(names), tuple(reports), tuple(holm([one.calibration.p_value for one in reports])))


def check_level(level: float, traits: int, placebos: int) -> None:
    """Refuse a gate that nothing could close.

    Raises:
        ValueError: a level outside (0, 1), or one that so few placebos cannot reach.
    """
    if not 0 < level < 1:
        raise ValueError(f"--fail-above is {level}; expected a p-value between 0 and 1, such as 0.001.")
    if placebos and traits > level * (placebos + 1):
        needed = -int(-traits / level // 1) - 1
        raise ValueError(
            f"--fail-above is {level:g}, but with {placebos} placebos no p-value falls under "
            f"{traits / (placebos + 1):.2g}; expected at least {needed} placebos, or none."
        )
