"""Figure of T15's bridges: a map of where the network follows the linearised flow, and two bridges beside it."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from ..drawing import bridges
from ..drawing.reading import Record
from ..drawing.style import BLACK, GREY, LOOKS, band, house_style, title
from ..drawing.summaries import quartile_band

COLUMNS = ("width", "bound", "step", "size")

CAPTION = (
    "Where T15 holds: digits, tanh networks 64-h-h-13, 10 seeds (1000 to 1009), teachers θ₀ + s·v imitated from θ₀ by "
    "three auxiliary logits on 64 noise images, squared error, full batches. Compared with the spectral formula's "
    "displacement: relative distance. (a) to (c) The network itself, median seed, by size s of the teacher's way, by "
    "rate (in units of 2/λ_max) and steps; bold where it is at most a tenth. (d) The same against s at half the bound "
    "and 100 steps: median and quartiles, with the linearised network's, which is rounding. (e) The network's distance "
    "through training at s = 1, median and quartiles. (f) Accuracy at s = 1 and half the bound: the network trained, "
    "and the real network at the formula's parameters; medians and quartiles."
)


def draw(record: Record) -> Figure:
    """Three maps above, one for each width, three curves below."""
    apart, line = bridges.network(record), bridges.linearised(record)
    widths = sorted(apart.index.get_level_values("width").unique())
    with house_style():
        figure, axes = plt.subplots(2, 3, figsize=(7.2, 5.6))
        axes = axes.ravel()
        for place, (panel, width) in enumerate(zip(axes[:3], widths, strict=True)):
            _map(panel, bridges.median(apart, width=width).unstack(["bound", "step"]), first=place == 0)
            title(panel, "abc"[place], f"network, h = {width:g}")
        _sizes(axes[3], apart, line, widths)
        _steps(axes[4], apart, widths)
        _accuracy(axes[5], record, widths)
    return figure


def _map(axes, table, first: bool) -> None:
    table = table.sort_index(axis=1).sort_index(ascending=False)
    values = table.to_numpy()
    axes.imshow(values, norm=LogNorm(1e-2, 1.0), cmap="Blues", aspect="auto")
    for (down, across), value in np.ndenumerate(values):
        words = f"{value:.2f}".lstrip("0") if value < 0.995 else "1" if value < 10 else "≫"
        follows = value <= bridges.CLOSE
        axes.text(across, down, words, ha="center", va="center", fontsize=4.6,
                  fontweight="bold" if follows else "normal", color=BLACK if value < 0.2 else "white")  # fmt: skip
    axes.set_yticks(range(len(table.index)), [f"{size:g}" for size in table.index])
    bounds = table.columns.get_level_values(0)
    edges = [place for place in range(1, len(bounds)) if bounds[place] != bounds[place - 1]]
    for edge in edges:
        axes.axvline(edge - 0.5, color="white", linewidth=1.5)
    starts = [0, *edges]
    middles = [(a + b - 1) / 2 for a, b in zip(starts, [*edges, len(bounds)], strict=True)]
    axes.set_xticks(middles, [f"{bounds[place]:g}" for place in starts])
    axes.grid(visible=False)
    axes.set_xlabel("rate over 2/λ_max; in each, steps")
    if first:
        axes.set_ylabel("s, size of the teacher's way")


def _sizes(axes, apart, line, widths) -> None:
    for look, width in zip(LOOKS, widths, strict=False):
        there = apart.xs((width, 0.5, 100), level=("width", "bound", "step"))
        band(axes, quartile_band(there), look, f"network, h = {width:g}")
        height = float(bridges.median(line, width=width, bound=0.5, step=100).iloc[0])
        axes.plot(there.index, [height] * len(there), color=look["color"], linestyle=":", marker="_", linewidth=0.9)
    axes.axhline(bridges.CLOSE, color=GREY, linewidth=0.8)
    axes.annotate("linearised: rounding", (0.01, 3e-13), fontsize=6.5)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("s")
    axes.set_ylabel("relative distance from the formula")
    axes.legend(loc="center right", fontsize=6)
    title(axes, "d", "in proportion to s")


def _steps(axes, apart, widths) -> None:
    styles = {0.1: "--", 0.95: "-", 1.05: ":"}
    for look, width in zip(LOOKS, widths, strict=False):
        for bound, style in styles.items():
            there = apart.xs((width, bound, 1.0), level=("width", "bound", "size"))
            label = f"h = {width:g}" if bound == 0.95 else None
            band(axes, quartile_band(there), {**look, "linestyle": style}, label)
    axes.set_xscale("log")
    axes.set_ylim(0, 1.05)
    axes.set_xlabel("steps")
    axes.set_ylabel("relative distance at s = 1")
    axes.legend(loc="lower right", fontsize=6, title="– – 0.1, — 0.95, ··· 1.05 × 2/λ_max", title_fontsize=6)
    title(axes, "e", "soon, then slowly")


def _accuracy(axes, record, widths) -> None:
    for look, width in zip(LOOKS, widths, strict=False):
        for metric, style in (("accuracy", "-"), ("predicted accuracy", "--")):
            there: Any = bridges.network(record, metric).xs((width, 0.5, 1.0), level=("width", "bound", "size"))
            label = f"h = {width:g}" if metric == "accuracy" else None
            band(axes, quartile_band(there), {**look, "linestyle": style}, label)
    axes.set_xscale("log")
    axes.set_xlabel("steps")
    axes.set_ylabel("test accuracy at s = 1")
    axes.legend(loc="upper left", fontsize=6, title="— trained, – – formula", title_fontsize=6)
    title(axes, "f", "the trait")
