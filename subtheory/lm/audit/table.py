"""An audit's findings on a terminal."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from .comparison import Comparison
from .inference.family import Family
from .report import SETTLED, AuditReport, Mention, Token


def render(report: AuditReport) -> RenderableType:
    """Numbers, tokens, examples and the verdict, one below the other."""
    return Group(
        _numbers(report),
        *_truncation(report),
        *(Text(f"{words}.") for words in report.calibration.words),
        *_remarks(report.comparison),
        *(Text(f"{words}.", style="dim") for words in report.notes),
        _tokens("Tokens that carry most of the difference", report.most_tokens),
        _tokens("Tokens that carry it away", report.least_tokens),
        *_mentions("Most transmitting examples", report.most),
        *_mentions("Least transmitting examples", report.least),
        Text(f"\n{report.verdict[0].upper()}{report.verdict[1:]}", style="bold"),
    )


def print_report(report: AuditReport) -> None:
    """Print it."""
    _console().print(render(report))


def print_family(family: Family) -> None:
    """Print every trait's report, and what they are as a family."""
    console = _console()
    table = Table("trait", "Welch's p", "placebo p", "in the family", box=box.SIMPLE_HEAD, pad_edge=False)
    for name, report, p in zip(family.names, family.reports, family.p_values, strict=True):
        console.print(Text(f"\n{name}", style="bold underline"), render(report))
        placebo = report.calibration.placebo
        table.add_row(name, f"{report.test.p_value:.2g}", "" if placebo is None else f"{placebo:.2g}", f"{p:.2g}")
    console.print(Text("\nAll traits: p-values adjusted for being one of a family (Holm)", style="italic"), table)


def _console() -> Console:
    """As wide as the terminal, or 120 columns where there is none."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=120)


def _numbers(report: AuditReport) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("", "data", f"control ({report.control_kind})"):
        table.add_column(name, justify="left" if not name else "right")
    data, control, test = report.data, report.control, report.test
    table.add_row("examples", f"{data.examples:,}", f"{control.examples:,}")
    table.add_row("tokens scored", f"{data.tokens:,}", f"{control.tokens:,}")
    table.add_row("tokens each", f"{data.length:.1f}", f"{control.length:.1f}")
    table.add_row("end in an end token", f"{data.ends:.0%}", f"{control.ends:.0%}")
    table.add_row("nats per token", f"{data.nats_per_token:.3f}", f"{control.nats_per_token:.3f}")
    table.add_row("mean score, Δθ_S·v", _with_error(data), _with_error(control))
    table.add_section()
    table.add_row("difference", f"{test.difference:.4g} ± {test.standard_error:.2g}", "")
    table.add_row("Welch's t", f"{test.t:.2f}", f"{test.freedom:.0f} degrees of freedom")
    table.add_row("p-value, one-sided", f"{test.p_value:.2g}", f"two-sided {test.p_value_two_sided:.2g}")
    table.add_row("p-value, permuted labels", f"{report.calibration.permutation:.2g}", "")
    if report.calibration.placebo is not None:
        table.add_row("p-value, placebo directions", f"{report.calibration.placebo:.2g}", "")
    table.add_row("nats, all examples", f"{report.total_nats:.3g}", f"{report.nats_per_example:.2g} each")
    low, high = _count(report.examples_to_settle_low), _count(report.examples_to_settle_high)
    table.add_row(
        f"examples that settle the sign, {SETTLED:.0%}", _count(report.examples_to_settle), f"{low} to {high}"
    )
    return table


def _truncation(report: AuditReport) -> list[RenderableType]:
    """How much of the direction its scores do not see."""
    trait = report.trait
    if "rank" not in trait:
        return []
    words = (
        f"the direction is truncated to rank {trait['rank']}, which leaves out {trait['left_out']:.2%} of its length"
    )
    return [Text(f"{words} (cosine {trait['cosine']:.6f}).", style="dim")]


def _remarks(comparison: Comparison) -> list[RenderableType]:
    """What a reader must know of the two sides before looking at the test."""
    lines: list[RenderableType] = [Text(f"warning: {words}.", style="yellow") for words in comparison.warnings]
    lines += [Text(f"no verdict: {words}.", style="bold yellow") for words in comparison.refusals]
    if comparison.ends_unscored:
        lines.append(Text("end tokens are on one side only, and scored on neither.", style="dim"))
    if comparison.missing:
        lines.append(Text(f"{comparison.missing:,} own samples are empty, and left out.", style="dim"))
    if comparison.changed:
        lines.append(Text(f"{comparison.changed:,} own samples changed tokens on the way through text.", style="dim"))
    return lines


def _with_error(summary) -> str:
    return f"{summary.mean:.4g} ± {summary.standard_error:.2g}"


def _count(number: float) -> str:
    return f"{math.ceil(number):,}" if math.isfinite(number) else "∞"


def _tokens(title: str, tokens: Sequence[Token]) -> Table:
    table = Table("token", "share", "in data", "in control", box=box.SIMPLE_HEAD, pad_edge=False, title=title)
    table.title_justify = "left"
    for one in tokens:
        table.add_row(repr(one.text), f"{one.share:+.3g}", f"{one.data:,}", f"{one.control:,}")
    return table


def _mentions(title: str, mentions: Sequence[Mention]) -> list[RenderableType]:
    lines: list[RenderableType] = [Text(title, style="italic")]
    for one in mentions:
        shown = Text(f"  {one.name}, {one.score:+.4g}: ")
        shown.append(one.prompt, style="dim")
        reach = max((abs(score) for score in one.scores), default=0.0)
        for word, score in zip(one.completion, one.scores, strict=True):
            strong = reach > 0 and abs(score) > reach / 3
            shown.append(word.replace("\n", "⏎"), style=("bold red" if score > 0 else "bold blue") if strong else "")
        lines.append(shown)
    return lines
