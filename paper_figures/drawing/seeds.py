"""Seeds as dots, and what they say together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from .style import BLACK, BLUE, GREY, headroom
from .summaries import reach, seed_band, seed_means, student_interval


def seed_points(
    axes: Axes, table: pd.DataFrame, shift: float, look: Mapping[str, Any], words: str | None, **options: Any
) -> None:
    """Every seed as a dot, their means with Student's intervals; rows stand side by side.

    Args:
        axes: to draw on.
        table: columns are seeds and traits.
        shift: by which all points are moved aside.
        look: ``color`` and ``marker``.
        words: for the legend.
        options: of the means' points.
    """
    summary, means, places = seed_band(table), seed_means(table), np.arange(len(table)) + shift
    axes.plot(
        np.repeat(places, means.shape[1]), means.to_numpy().ravel(), ".", color=look["color"], markersize=3
    )  # fmt: skip
    axes.errorbar(
        places, summary["centre"], yerr=reach(summary), color=look["color"], marker=look["marker"], linestyle="none",
        capsize=2, elinewidth=0.9, label=words, **options,
    )  # fmt: skip


def seed_row(axes: Axes, values: pd.Series, place: float, colour: str, marker: str, label: str | None = None) -> None:
    """Every seed as a tick, and above them the mean with Student's interval, in one row of a horizontal panel.

    Args:
        axes: to draw on.
        values: one per seed.
        place: of the row.
        colour: of mean and interval; the seeds are grey.
        marker: of the mean.
        label: for the legend.
    """
    centre, low, high = student_interval(values)
    axes.plot(values, [place + 0.22] * len(values), "|", color=GREY, markersize=4)
    axes.errorbar(
        centre, place, xerr=[[centre - low], [high - centre]], color=colour, marker=marker, markersize=4.5, capsize=2,
        elinewidth=1.1, linestyle="none", label=label,
    )  # fmt: skip


def contrast_rows(axes: Axes, found: Mapping[str, pd.Series], labels: Sequence[str], margin: float) -> None:
    """Contrasts in points, one row each as ``seed_row`` draws it, and the band within which they count as nothing.

    Args:
        axes: to draw on.
        found: words → one share per seed.
        labels: of the rows, in their order.
        margin: half of the band's width, a share.
    """
    axes.axvspan(-100 * margin, 100 * margin, color=GREY, alpha=0.15, linewidth=0)
    axes.axvline(0, color=BLACK, linewidth=0.6)
    for place, values in enumerate(found.values()):
        seed_row(axes, 100 * values, place, BLUE, "o")
    axes.set_yticks(range(len(found)), labels)
    axes.set_ylim(len(found) - 0.4, -0.5)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel("points")


def side_by_side(axes: Axes, groups: Sequence[str], what: str, unit: str, room: float, zero: float = 0.8) -> None:
    """What ``seed_points`` needs around it: a name below every group, the line of no change, and a legend above.

    Args:
        axes: to draw on.
        groups: a name per row of the table.
        what: the groups are.
        unit: of the values.
        room: for the legend, a share of the height.
        zero: width of the line of no change.
    """
    axes.axhline(0, color=BLACK, linewidth=zero)
    axes.set_xticks(range(len(groups)), groups)
    axes.set_xlabel(what)
    axes.set_ylabel(unit)
    axes.grid(visible=False, axis="x")
    headroom(axes, room)
    axes.legend(loc="upper left", handlelength=1)
