"""The page: the verdict in words, the tests, where the direction lies, both distributions, examples shaded by score."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from .drawing import bars, distributions

STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1b; --paper: #fff; --dim: #666; --data: #c2410c; --control: #1d4ed8; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8e8e8; --paper: #161616; --dim: #9a9a9a; --data: #fb923c; --control: #93b4ff; } }
body { color: var(--ink); background: var(--paper); font: 16px/1.5 system-ui, sans-serif; max-width: 46rem;
  margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
.verdict { font-size: 1.2rem; font-weight: 600; }
.warning { border-left: 4px solid var(--data); padding-left: .7rem; }
.dim { color: var(--dim); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; } td, th { padding: .15rem .8rem .15rem 0; text-align: right; font-weight: normal; }
td:first-child, th:first-child { text-align: left; }
svg { width: 100%; min-width: 30rem; height: auto; } svg text { fill: var(--ink); font-size: 12px; }
rect { fill: var(--data); }
polyline { fill: none; stroke-width: 2; } .data { stroke: var(--data); }
.control { stroke: var(--control); stroke-dasharray: 5 3; } .zero { stroke: var(--dim); }
.key-data { color: var(--data); } .key-control { color: var(--control); }
.example { overflow-wrap: anywhere; white-space: pre-wrap; border-top: 1px solid var(--dim); padding: .5rem 0; }
"""


def page(audits: Sequence[tuple[str, dict[str, Any]]], source: str) -> str:
    """One self-contained page on every trait's audit.

    Args:
        audits: name and report of each, as ``read_audits`` gives them.
        source: of what file, in words.
    """
    body = "".join(_audit(name, report) for name, report in audits)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Audit: {escape(source)}</title><style>{STYLE}</style></head><body>"
        f"<h1>Audit of a data set: {escape(source)}</h1>{body}</body></html>\n"
    )


def _audit(name: str, report: dict[str, Any]) -> str:
    verdict = report["verdict"]
    comparison = report["comparison"]
    remarks = [*comparison["refusals"], *comparison["warnings"], *report.get("notes", ())]
    family = report.get("family_p_value")
    parts = [
        f"<h2>Trait: {escape(name)}</h2>" if name else "",
        f'<p class="verdict">{escape(verdict[:1].upper() + verdict[1:])}</p>',
        f"<p>Among all traits that were audited, p = {family:.2g} (Holm).</p>" if family is not None else "",
        *(f'<p class="warning">{escape(one)}.</p>' for one in remarks),
        _numbers(report),
        "<h2>Scores</h2>",
        '<p><span class="key-data">The data (solid)</span> and <span class="key-control">the control (dashed)</span>: '
        "how far each example would move the model towards the trait.</p>",
        f'<div class="scroll">{distributions(**report["distribution"])}</div>',
        "<h2>Where the trait's direction lies</h2><p>Shares of its squared length, by layer.</p>",
        f'<div class="scroll">{bars(_by_layer(report["layers"]))}</div>',
        *_examples("Most transmitting examples", report["most"]),
        *_examples("Least transmitting examples", report["least"]),
    ]
    return f"<section>{''.join(parts)}</section>"


def _numbers(report: dict[str, Any]) -> str:
    test, calibration = report["test"], report["calibration"]
    rows = [("", "data", f"control ({report['control_kind']})")]
    for words, key, form in (
        ("examples", "examples", ",d"), ("tokens scored", "tokens", ",d"), ("mean score", "mean", ".4g"),
        ("its standard error", "standard_error", ".2g"), ("nats per token", "nats_per_token", ".3f"),
    ):  # fmt: skip
        rows.append((words, format(report["data"][key], form), format(report["control"][key], form)))
    rows.append(("Welch's p-value", f"{test['p_value']:.2g}", f"t = {test['t']:.2f}"))
    rows.append(("p-value, permuted labels", f"{calibration['permutation']:.2g}", ""))
    if calibration["placebo"] is not None:
        rows.append(("p-value, placebo directions", f"{calibration['placebo']:.2g}", f"of {calibration['placebos']}"))
    settled = calibration["settled_after"]
    rows.append(("settled after", "not settled" if settled is None else f"{settled:,} examples", ""))
    lines = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="scroll"><table>{lines}</table></div>'


def _by_layer(shares: Sequence[dict[str, Any]]) -> list[tuple[str, float]]:
    """Every layer with its groups together, and what is outside of the layers by name."""
    found: dict[str, float] = {}
    for share in shares:
        name = share["group"].replace("_", " ") if share["layer"] is None else f"layer {share['layer']}"
        found[name] = found.get(name, 0.0) + share["value"]
    return list(found.items())


def _examples(title: str, mentions: Sequence[dict[str, Any]]) -> list[str]:
    reach = max((abs(score) for one in mentions for score in one["scores"]), default=0.0) or 1.0
    lines = [f"<h2>{title}</h2>"]
    for one in mentions:
        words = "".join(
            _shaded(word, score, reach) for word, score in zip(one["completion"], one["scores"], strict=True)
        )
        lines.append(
            f'<div class="example"><span class="dim">{escape(one["name"])}, {one["score"]:+.4g}: '
            f"{escape(one['prompt'])}</span>{words}</div>"
        )
    return lines


def _shaded(word: str, score: float, reach: float) -> str:
    """A token on red where it speaks for the trait, on blue where it speaks against it."""
    colour = "234,88,12" if score > 0 else "37,99,235"
    strength = min(abs(score) / reach, 1.0) * 0.7
    return f'<span style="background:rgba({colour},{strength:.2f})" title="{score:+.3g}">{escape(word)}</span>'
