"""How every figure looks: a colour-blind-safe palette in which each series also has its own marker and line style."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .summaries import reach

# Okabe and Ito's colours, ordered so that neighbours differ in lightness as well (black and white).
BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION, BLACK, GREY = (
    "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#000000", "#7F7F7F",
)  # fmt: skip
WIDTH = 7.2
"""Inches: a text column."""

LOOKS: tuple[dict[str, Any], ...] = (
    {"color": BLUE, "marker": "o", "linestyle": "-"},
    {"color": VERMILION, "marker": "s", "linestyle": "--"},
    {"color": GREEN, "marker": "^", "linestyle": "-."},
    {"color": PURPLE, "marker": "D", "linestyle": ":"},
    {"color": ORANGE, "marker": "v", "linestyle": (0, (5, 1, 1, 1, 1, 1))},
    {"color": SKY, "marker": "P", "linestyle": (0, (1, 1))},
    {"color": BLACK, "marker": "X", "linestyle": (0, (3, 1, 1, 1))},
    {"color": GREY, "marker": "*", "linestyle": (0, (6, 2))},
)

OPTIMISERS = {"sgd": "gradient descent", "momentum": "momentum", "adam": "Adam", "sign": "sign descent"}
"""An optimiser in words, in every figure."""
BRIEF_OPTIMISERS = {"adam": "Adam", "sgd": "descent"}
"""The same where there is little room, in the order of contrasts."""

RC: dict[Any, Any] = {
    "figure.dpi": 100,
    "figure.max_open_warning": 0,  # all are drawn before the first is saved
    "savefig.dpi": 200,
    "font.family": "DejaVu Sans",
    "font.size": 8,
    "axes.titlesize": 8.5,
    "axes.titlelocation": "left",
    "axes.labelsize": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.7,
    "axes.grid": True,
    "grid.color": "#E2E2E2",
    "grid.linewidth": 0.5,
    "axes.axisbelow": True,
    "legend.fontsize": 7,
    "legend.frameon": True,
    "legend.framealpha": 0.9,
    "legend.edgecolor": "none",
    "legend.handlelength": 2.8,
    "lines.linewidth": 1.3,
    "lines.markersize": 4,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "pdf.fonttype": 42,
    "mathtext.fontset": "dejavusans",
    "figure.constrained_layout.use": True,
}


@contextmanager
def house_style():
    """Matplotlib's settings for the duration of a drawing."""
    with plt.rc_context(RC):
        yield


def panels(rows: int, columns: int, height: float, **options: Any) -> tuple[Figure, Any]:
    """A figure of text width with its panels, each lettered by ``letter``."""
    figure, axes = plt.subplots(rows, columns, figsize=(WIDTH, height), squeeze=False, **options)
    return figure, axes.ravel()


def room_for_words(figure: Figure) -> None:
    """Wider margins, for words on a vertical axis, which the layout measures a little too short."""
    layout = figure.get_layout_engine()
    if layout is not None:
        layout.set(rect=(0.03, 0, 0.97, 1))  # pyright: ignore[reportCallIssue]


def headroom(axes: Axes, share: float) -> None:
    """Raise the upper limit by a share of the height, so that a legend or words have room above what is drawn."""
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + share * (high - low))


def title(axes: Axes, letter: str, words: str) -> None:
    """A panel's letter and what it shows."""
    axes.set_title(f"({letter}) {words}", pad=6)


def band(axes: Axes, summary: pd.DataFrame, look: dict[str, Any], label: str | None = None, every: Any = None) -> None:
    """A line through the centres with its band."""
    axes.plot(summary.index, summary["centre"], label=label, markevery=every, **look)
    axes.fill_between(summary.index, summary["low"], summary["high"], color=look["color"], alpha=0.18, linewidth=0)


def seed_lines(axes: Axes, by_seed: pd.DataFrame, look: dict[str, Any], label: str | None = None) -> None:
    """Every seed (column) as a thin line, their mean as a thick one: what few seeds say better than an interval."""
    thin = {**look, "marker": None, "linewidth": 0.7, "alpha": 0.6}
    for _, values in by_seed.items():
        axes.plot(by_seed.index, values, **thin)
    axes.plot(by_seed.index, by_seed.mean(axis=1), label=label, **look)


def whiskers(axes: Axes, x, points: pd.DataFrame, look: dict[str, Any], label: str | None = None, **options) -> None:
    """Points with asymmetric intervals (columns share, low, high) and no line between them."""
    axes.errorbar(
        x, points["share"], yerr=reach(points, "share"), label=label, color=look["color"],
        marker=look["marker"], linestyle="none", capsize=2, elinewidth=0.9, **options,
    )  # fmt: skip


def save(figure: Figure, folder: Path, stem: str, source: str = "") -> list[Path]:
    """Write ``stem.pdf`` and ``stem.png``, without dates, so that the same record gives the same bytes.

    Args:
        figure: to be written.
        folder: where.
        stem: of the files' names.
        source: the digest of what it was drawn from, kept in the picture.
    """
    files = [folder / f"{stem}.pdf", folder / f"{stem}.png"]
    with house_style():
        figure.draw_without_rendering()
        figure.set_layout_engine("none")  # laid out once, for both files
        figure.savefig(files[0], metadata={"CreationDate": None, "ModDate": None})
        figure.savefig(files[1], metadata={"Software": None, "Source": source})
    plt.close(figure)
    return files
