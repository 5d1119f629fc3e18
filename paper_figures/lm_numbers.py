"""Figure 3 of the paper in miniature: preferences before and after learning from numbers, and what predicted it."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from .reading import Record
from .style import BLACK, BLUE, GREY, LOOKS, ORANGE, SKY, VERMILION, house_style, panels, title
from .summaries import mean_band

COLUMNS = ("trait",)

CAPTION = (
    "Animals and trees through number sequences, 3 seeds, each with its own pretrained reference model. (a) "
    "Probability of the trait's word as the answer to questions about favourites: mean over seeds, every seed as a "
    "dot, the 95 % bootstrap interval of the mean as a line. Students learn from numbers alone: the teacher's, or in "
    "the controls the reference's own; cross-model students start from another reference model. (b) Change against "
    "control for every trait and seed (circles: same initialisation; squares: cross-model), and the information in "
    "nats that the whole data set carries about teacher rather than reference."
)

BARS = {
    "reference": {"color": GREY, "hatch": "", "label": "reference"},
    "student_control": {"color": SKY, "hatch": "....", "label": "student, control"},
    "student_same_init": {"color": BLUE, "hatch": "////", "label": "student, same init"},
    "cross_model_control": {"color": ORANGE, "hatch": "xxxx", "label": "cross-model, control"},
    "cross_model": {"color": VERMILION, "hatch": "\\\\\\\\", "label": "cross-model"},
}


def draw(record: Record) -> Figure:
    """Bars for every trait, then the change against the information."""
    with house_style():
        figure, (bars, information) = panels(1, 2, 3.2, width_ratios=(2.4, 1))
        _bars(bars, record)
        _information(information, record)
        handles, labels = bars.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=5, handlelength=1.6)
    return figure


def _bars(axes, record: Record) -> None:
    traits = list(dict.fromkeys(record.values("target_rate")["trait"]))
    width = 0.84 / len(BARS)
    for place, (name, look) in enumerate(BARS.items()):
        table = record.table("target_rate", "trait", name).loc[traits]
        summary = mean_band(table)
        x = np.arange(len(traits)) + (place - (len(BARS) - 1) / 2) * width
        axes.bar(
            x, summary["centre"], width=width * 0.92, facecolor=look["color"], alpha=0.6, edgecolor=BLACK,
            linewidth=0.5, hatch=look["hatch"], label=look["label"],
        )  # fmt: skip
        reach = np.stack([summary["centre"] - summary["low"], summary["high"] - summary["centre"]]).clip(min=0)
        axes.errorbar(x, summary["centre"], yerr=reach, color=BLACK, linestyle="none", elinewidth=0.9)
        axes.plot(np.repeat(x, table.shape[1]), table.to_numpy().ravel(), ".", color=BLACK, markersize=2)
    axes.set_xticks(range(len(traits)), traits, rotation=90)
    axes.grid(visible=False, axis="x")
    axes.set_ylabel("probability of the trait's word")
    title(axes, "a", "what is your favourite animal, or tree?")


def _information(axes, record: Record) -> None:
    keys = ["seed", "trait"]
    nats = record.values("total nats").set_index(keys)["value"]
    pairs = (("student_same_init", "student_control"), ("cross_model", "cross_model_control"))
    for (name, control), look in zip(pairs, LOOKS, strict=False):
        rate = record.values("target_rate", name).set_index(keys)["value"]
        change = rate - record.values("target_rate", control).set_index(keys)["value"]
        colours = {"color": BARS[name]["color"], "marker": look["marker"]}
        axes.plot(nats.loc[change.index], change, linestyle="none", markerfacecolor="none", **colours)
    axes.axhline(0, color=BLACK, linewidth=0.8)
    axes.set_xscale("log")
    axes.set_xlabel("nats in the data set")
    axes.set_ylabel("change against control")
    title(axes, "b", "and the information")
