"""The table of claims, from the report of the last ``subtheory verify --json docs/verify.json``."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

REPORT = Path(__file__).resolve().parents[2] / "docs" / "verify.json"
HEAD = """| claim | measured | predicted | control, which must fail | measured |
|---|---|---|---|---|"""


class Claims:
    """The claims of a report, by id."""

    def __init__(self, report: Mapping[str, Any]):
        self.by_id = {claim["id"]: claim for claim in report["claims"]}

    def of(self, name: str) -> str:
        """How many of how many: the violations that were counted."""
        claim = self.by_id[name]
        return f"{claim['measured']:,.0f} of {claim['n']:,}".replace(",", " ")

    def kept(self, name: str) -> str:
        """How many of how many without a violation."""
        claim = self.by_id[name]
        return f"{claim['n'] - claim['measured']:,.0f} of {claim['n']:,}".replace(",", " ")

    def number(self, name: str, form: str = ".3f") -> str:
        """What was measured."""
        return format(self.by_id[name]["measured"], form).replace("-", "−")

    def small(self, name: str) -> str:
        """What was measured, in one digit and a power of ten."""
        return f"{self.by_id[name]['measured']:.0e}".replace("e-0", "e-").replace("e+0", "e")

    def said(self, name: str, pattern: str) -> str:
        """A part of the words that say how it was measured."""
        found = re.search(pattern, self.by_id[name]["done"])
        if found is None:
            raise ValueError(f"the claim {name} does not say {pattern!r}; make docs/verify.json again.")
        return found[1]

    def share(self, name: str) -> str:
        """The violations as a percentage."""
        claim = self.by_id[name]
        return f"{100 * claim['measured'] / claim['n']:.0f} %"

    def off(self, name: str) -> str:
        """What was measured, a relative difference, as a percentage."""
        return f"off by {100 * self.by_id[name]['measured']:.0f} %"


def report(path: Path = REPORT) -> Mapping[str, Any]:
    """The committed report."""
    return json.loads(path.read_text(encoding="utf-8"))


def table(found: Mapping[str, Any]) -> str:
    """The README's table."""
    c = Claims(found)
    largest = c.said("T5.identity", r"error (\S+)")
    share = c.said("T5.certified_interval", r"certified (.*) of")
    rows = [
        ("T1: φ(ε) ≥ 0", f"{c.of('T1.sign')} random instances negative", "0",
         "the teacher's arg-max labels as loss", f"{c.of('T1.sign.hard_labels')} negative"),
        ("T1: no counterexample by gradient descent over (θ₀, x, v)", f"{c.of('T1.counterexample')} starts", "0",
         "the same search with arg-max labels", f"{c.of('T1.counterexample.wrong_loss')} starts"),
        ("T1: \\|φ/ε − A\\| falls with slope 1", c.number("T1.slope"), "1",
         "another initialisation", c.number("T1.slope.other_init")),
        ("T2: the trait loss falls, three traits", c.kept("T2.sign"), str(c.by_id["T2.sign"]["n"]),
         "another initialisation", f"falls in {c.kept('T2.sign.other_init')}"),
        ("T3: one softmax logit carries nothing", f"φ ≠ 0 in {c.of('T3.one_softmax_logit')}", "0",
         "one squared-error output", f"φ ≠ 0 in {c.of('T3.one_squared_logit')}"),
        ("T4: independent inits, paired sign of φ", f"{c.number('T4.coin')} positive", "a fair coin",
         "the naive control", f"the trait loss falls in {c.number('T4.naive')}"),
        ("T5: identity at ε = 1e-6 … 100", f"relative error ≤ {largest}", "rounding",
         "beyond the radius ε*", f"φ < 0 in {c.of('T5.beyond_radius')}"),
        ("T5: every ε below a certified one has φ > 0",
         f"{c.kept('T5.certified_interval')}; certified {share} of ε*",
         str(c.by_id["T5.certified_interval"]["n"]), "a student of another initialisation",
         f"φ ≤ 0 in {c.of('T5.certified_interval.other_init')}"),
        ("T6: every α below a certified one lowers L_T", c.kept("T6.guarantee"), str(c.by_id["T6.guarantee"]["n"]),
         "1.01 × the turning point", f"rises in {c.of('T6.beyond')}"),
        ("T7: one JVP gives every example's share", f"difference {c.small('T7.shares')}", "0",
         "shares at another init", f"{c.number('T7.other_init', '.0f')} × too large"),
        ("T8: shared preconditioner lowers L_T", c.kept("T8.sign"), str(c.by_id["T8.sign"]["n"]),
         "Adam's first step; sign descent", f"rises in {c.share('T8.adam')}; {c.share('T8.sign_descent')}"),
        ("T9: P(Δθ_S·v > 0), furthest from the law in standard errors", c.number("T9.probability"),
         f"Φ(√(2·nats)) = {c.by_id['T9.probability']['predicted']:.3f}", "labels of the reference model",
         c.number("T9.reference")),
        ("T10: what survives a filter is ε Var(s_v)", f"difference {c.small('T10.law')}", "0",
         "control not filtered alike", f"negative in {c.of('T10.unfiltered_control')}"),
        ("T11: trait outputs move by the tangent kernel", f"difference {c.small('T11.shift')}", "0",
         "another initialisation", f"{c.number('T11.other_init', '.0f')} × too large"),
        ("T12: v·u_k ≥ 0 for ηλ_max ≤ 2", f"{c.kept('T12.alignment')} steps", str(c.by_id["T12.alignment"]["n"]),
         "ηλ_max = 2.5", f"negative at {c.of('T12.turns')}"),
        ("T13: permuted student, undone", f"difference {c.small('T13.aligned')}", "0",
         "raw coordinates", c.off("T13.raw")),
        ("T14: at every step of training −∇L_S·(θ_T − θ) = S − ρ", f"difference {c.small('T14.identity')}", "0",
         "the teacher's outputs in another order", c.off("T14.permuted_outputs")),
        ("T14: certified steps below the bound come closer to the teacher", c.kept("T14.closer"),
         str(c.by_id["T14.closer"]["n"]), "Adam", f"{c.kept('T14.closer.adam')} come closer"),
        ("T16: outputs change along v by its factors, v never formed", f"difference {c.small('T16.derivative')}", "0",
         "a Gaussian direction, by its best ranks", c.off("T16.derivative.random")),
        ("T16: T1 holds along v_r, the best ranks of v", f"difference {c.small('T16.alignment')}", "0",
         "outputs change along v as along v_r", c.off("T16.derivative.truncated")),
    ]  # fmt: skip
    return "\n".join([HEAD, *("| " + " | ".join(row) + " |" for row in rows)])
