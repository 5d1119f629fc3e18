"""The table of verdicts."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from .claim import Claim


def number(value: float | None) -> str:
    """A number as short as it can be read."""
    if value is None:
        return "–"
    if float(value).is_integer() and abs(value) < 1e6:
        return str(int(value))
    return f"{value:.3g}"


def verdict(claim: Claim) -> Text:
    """In words: whether it holds or fails, and whether it should."""
    words = {
        ("hold", True): ("holds", "green"),
        ("hold", False): ("FAILS, but must hold", "bold red"),
        ("fail", False): ("fails, as it must", "cyan"),
        ("fail", True): ("HOLDS, but must fail", "bold red"),
    }
    return Text(*words[claim.must, claim.holds])


def table(claims: Sequence[Claim]) -> Table:
    """Claim, what was done, measured, predicted, verdict: a row each."""
    rows = Table(box=box.SIMPLE_HEAD, show_lines=False, pad_edge=False)
    rows.add_column("claim", no_wrap=True)
    rows.add_column("statement", ratio=5)
    rows.add_column("what was measured", ratio=5)
    rows.add_column("n", justify="right")
    rows.add_column("measured", justify="right", no_wrap=True)
    rows.add_column("predicted", justify="right", no_wrap=True)
    rows.add_column("verdict", ratio=2)
    before = None
    for claim in claims:
        if before is not None and before != claim.result:
            rows.add_section()
        before = claim.result
        predicted = number(claim.predicted)
        if claim.tolerance:
            predicted += f" ± {claim.tolerance:.1g}"
        rows.add_row(
            claim.id,
            ("control: " if claim.must == "fail" else "") + claim.statement,
            claim.done,
            str(claim.n),
            number(claim.measured),
            predicted,
            verdict(claim),
        )
    return rows


def summary(claims: Sequence[Claim], seconds: float, data: str) -> Text:
    """One line: how many held and failed as they should, and which did not."""
    held = [claim for claim in claims if claim.must == "hold"]
    controls = [claim for claim in claims if claim.must == "fail"]
    wrong = [claim.id for claim in claims if not claim.as_expected]
    line = (
        f"{sum(c.as_expected for c in held)} of {len(held)} claims hold, {sum(c.as_expected for c in controls)} of "
        f"{len(controls)} controls fail as they must, on {data}, in {seconds:.0f} s."
    )
    if wrong:
        return Text(f"{line} Not as theory says: {', '.join(wrong)}.", style="bold red")
    return Text(line, style="bold green")
