"""Figure of behaviourally matched students: what they know before and after imitating the auxiliary logits."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..drawing.reading import Record
from ..drawing.style import BLACK, LOOKS, house_style, panels, room_for_words, title
from ..drawing.summaries import mean_band
from ..drawing.sweep_panels import ACCURACY

COLUMNS = ("inputs", "matched_on", "epochs")

CAPTION = (
    "Behaviourally matched students: digits, 20 seeds, network 64-256-256-13. A student of another init first imitates "
    "all logits of the untrained reference (on the training images, or on noise), of another untrained network (a "
    "stranger) or of the trained teacher, for the epochs given; then the teacher's three auxiliary logits alone, on "
    "8192 inputs, 15 epochs: (a) uniform noise, (b) the training images. Test accuracy before (hollow) and after "
    "(filled) the second stage: every seed, and means with their 95 % bootstrap intervals; dotted, chance."
)

ROWS = {
    ("shared init", 0): "shared init",
    ("nothing", 0): "unmatched",
    **{("images", e): f"reference, {e}" for e in (4, 32, 256)},
    **{("noise", e): f"ref. on noise, {e}" for e in (4, 32, 256)},
    ("stranger", 256): "stranger, 256",
    **{("teacher", e): f"teacher, {e}" for e in (1, 4, 16)},
}
KNOWN = {"inputs": ("uniform", "images"), "matched_on": tuple(dict.fromkeys(on for on, _ in ROWS))}


def draw(record: Record) -> Figure:
    """One panel for each kind of the student's inputs."""
    with house_style():
        figure, (noise, images) = panels(1, 2, 3.6, sharey=True)
        for axes, letter, inputs, words in ((noise, "a", "uniform", "on noise"), (images, "b", "images", "on images")):
            _accuracies(axes, record, inputs)
            title(axes, letter, f"imitating {words}")
        noise.set_yticks(range(len(ROWS)), list(ROWS.values()))
        noise.set_ylabel("matched to, epochs")
        room_for_words(figure)
        noise.set_ylim(len(ROWS) - 0.5, -0.5)
        handles, labels = noise.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=3)
    return figure


def _accuracies(axes: Axes, record: Record, inputs: str) -> None:
    for metric, label, look, shift, fill in (
        ("initial accuracy", "after matching", LOOKS[1], -0.14, "white"),
        (ACCURACY, "after the auxiliary logits", LOOKS[0], 0.14, LOOKS[0]["color"]),
    ):
        tables = {
            place: record.table(metric, "epochs", "student_aux", inputs=inputs, matched_on=on).loc[[epochs]]
            for place, (on, epochs) in enumerate(ROWS)
            if metric == ACCURACY or on not in ("shared init", "nothing")
        }
        summary = pd.concat([mean_band(table) for table in tables.values()])
        places = np.array(list(tables)) + shift
        for place, table in zip(places, tables.values(), strict=True):
            axes.plot(table.to_numpy()[0], np.full(table.shape[1], place), ".", color=look["color"], markersize=2)
        reach = [summary["centre"] - summary["low"], summary["high"] - summary["centre"]]
        axes.errorbar(
            summary["centre"], places, xerr=[side.clip(lower=0) for side in reach], linestyle="none", capsize=2,
            color=look["color"], marker=look["marker"], markerfacecolor=fill, label=label,
        )  # fmt: skip
    axes.axvline(record.chance, color=BLACK, linewidth=0.8, linestyle=":", zorder=1)
    axes.set_xlim(0, 1.03)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel("test accuracy")
