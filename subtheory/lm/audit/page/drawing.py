"""The page's pictures, as SVG: two distributions on one axis, and bars."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

WIDTH, HEIGHT, ROW = 640, 180, 20


def distributions(edges: Sequence[float], data: Sequence[int], control: Sequence[int]) -> str:
    """Both histograms as outlines over one axis, each of area one."""
    shares = [[count / max(sum(side), 1) for count in side] for side in (data, control)]
    highest = max((share for side in shares for share in side), default=0) or 1.0

    def outline(side: list[float]) -> str:
        step = WIDTH / len(side)
        points = [f"0,{HEIGHT}"]
        for i, share in enumerate(side):
            y = HEIGHT - (HEIGHT - 10) * share / highest
            points += [f"{i * step:.1f},{y:.1f}", f"{(i + 1) * step:.1f},{y:.1f}"]
        return " ".join([*points, f"{WIDTH},{HEIGHT}"])

    zero = ""
    if edges[0] < 0 < edges[-1]:
        x = WIDTH * -edges[0] / (edges[-1] - edges[0])
        zero = f'<line class="zero" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{HEIGHT}"/>'
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT + 20}" role="img" aria-label="Scores of the data and of the control">'
        f'{zero}<polyline class="control" points="{outline(shares[1])}"/>'
        f'<polyline class="data" points="{outline(shares[0])}"/>'
        f'<text x="0" y="{HEIGHT + 15}">{edges[0]:.3g}</text>'
        f'<text x="{WIDTH}" y="{HEIGHT + 15}" text-anchor="end">{edges[-1]:.3g}</text></svg>'
    )


def bars(parts: Sequence[tuple[str, float]]) -> str:
    """One bar for each name, of shares of one."""
    longest = max((share for _, share in parts), default=0) or 1.0
    rows = []
    for i, (name, share) in enumerate(parts):
        y = i * ROW
        rows.append(
            f'<text x="150" y="{y + 14}" text-anchor="end">{escape(name)}</text>'
            f'<rect x="160" y="{y + 3}" width="{400 * share / longest:.1f}" height="{ROW - 6}"/>'
            f'<text x="{166 + 400 * share / longest:.1f}" y="{y + 14}">{share:.1%}</text>'
        )
    return (
        f'<svg viewBox="0 0 {WIDTH} {ROW * len(parts)}" role="img" aria-label="Shares by layer">{"".join(rows)}</svg>'
    )
