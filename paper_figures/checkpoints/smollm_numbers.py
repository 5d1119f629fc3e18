"""Figure of the experiment on a real instruct model: its favourite animal, the audit, another start, and every step."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ..drawing.reading import Record
from ..drawing.style import BLACK, BLUE, GREEN, GREY, VERMILION, house_style, panels, title
from ..drawing.summaries import student_interval

COLUMNS = ("step",)

CAPTION = (
    "SmolLM2-135M-Instruct and number sequences by teachers that love owls, prompted or fine-tuned. Points: 4 sampling"
    " seeds; bars: means with Student's 95 % intervals over seeds. (a) Mean log-probability of the owl as the favourite"
    " animal, exact: teachers (lines), and students of the same start and of one with noise on its weights. (b) Welch's"
    " t of the audit's scores against the model's own answers, drawn anew. (c) Score of the fine-tuned teacher's"
    " answers over the control's, seen from the start and from the noisy one, in standard deviations. (d) The two"
    " terms of T14 at every step of plain descent towards the fine-tuned teacher's distributions."
)


def draw(record: Record) -> Figure:
    """What students say, what the audit sees, what another start sees, and the certificate along the way."""
    with house_style():
        figure, (animal, audit, other, course) = panels(2, 2, 5.6)
        _animal(animal, record)
        _audit(audit, record)
        _other(other, record)
        _course(course, record)
    return figure


def _points(axes, places: dict[str, pd.Series], colours: dict[str, str] | None = None) -> None:
    """Seeds as points, one column for each name, with the mean and its interval beside them."""
    for place, (name, values) in enumerate(places.items()):
        colour = (colours or {}).get(name, BLUE)
        spread = np.linspace(-0.12, 0.12, len(values)) if len(values) > 1 else [0.0]
        axes.plot(place + np.asarray(spread) - 0.1, values, color=colour, marker="o", linestyle="none", alpha=0.6)
        mean, low, high = student_interval(values)
        axes.errorbar(
            place + 0.22, mean, yerr=[[mean - low], [high - mean]], color=colour, marker="_", capsize=2, elinewidth=0.9
        )
    axes.set_xticks(range(len(places)), list(places))
    axes.set_xlim(-0.5, len(places) - 0.4)


def _animal(axes, record: Record) -> None:
    def said(condition: str) -> pd.Series:
        return record.by_seed("log probability", condition)

    for words, condition, colour, style in (
        ("the model itself", "reference", BLACK, ":"),
        ("prompted teacher", "prompted teacher", GREEN, "-."),
        ("fine-tuned teacher", "tuned teacher", VERMILION, "--"),
    ):
        axes.axhline(said(condition).iloc[0], color=colour, linestyle=style, label=words)
    places = {
        "control": said("student on control"),
        "prompted": said("student on prompted"),
        "fine-tuned": said("student on tuned"),
        "noisy start,\ncontrol": said("noisy student on control"),
        "noisy start,\nfine-tuned": said("noisy student on tuned"),
    }
    _points(axes, places, {"fine-tuned": VERMILION, "prompted": GREEN, "noisy start,\nfine-tuned": VERMILION})
    axes.tick_params(axis="x", labelsize=6.2)
    axes.set_ylabel("log p(owl), nats")
    axes.legend(loc="center", bbox_to_anchor=(0.5, 0.5))
    title(axes, "a", "favourite animal, students by what they saw")


def _audit(axes, record: Record) -> None:
    names = {"model's own": "control", "prompted": "prompted", "fine-tuned": "tuned"}
    places = {words: record.by_seed("t", name) for words, name in names.items()}
    _points(axes, places, {"model's own": GREY, "prompted": GREEN, "fine-tuned": VERMILION})
    axes.axhline(0, color=BLACK, linewidth=0.9)
    axes.axhline(3.09, color=BLACK, linestyle=":", label="p = 0.001")
    axes.set_ylabel("Welch's t")
    axes.legend(loc="upper left")
    title(axes, "b", "what the audit sees")


def _other(axes, record: Record) -> None:
    def gap(tuned: str, control: str) -> pd.Series:
        difference = record.by_seed("score", tuned) - record.by_seed("score", control)
        return difference / record.by_seed("variance", control) ** 0.5

    _points(axes, {"same start": gap("tuned", "control"), "noisy start": gap("noisy on tuned", "noisy on control")})
    axes.axhline(0, color=BLACK, linewidth=0.9)
    axes.set_ylabel("score over the control's, s.d.")
    title(axes, "c", "the same answers, read from two starts")


def _course(axes, record: Record) -> None:
    for metric, words, colour, marker in (
        ("monotone", "S, the monotone term", BLUE, "o"),
        ("remainder", "|ρ|, the remainder", VERMILION, "s"),
    ):
        table = record.table(metric, "step", "imitation").abs()
        for place, seed in enumerate(table.columns):
            axes.plot(
                table.index, table[seed], color=colour, marker=marker, linewidth=0.9,
                label=words if place == 0 else None,
            )  # fmt: skip
    axes.set_yscale("log")
    axes.set_xticks(sorted(record.values("monotone", "imitation")["step"].unique()))
    axes.set_xlabel("step of plain descent")
    axes.set_ylabel("nats per place")
    axes.legend(loc="best")
    title(axes, "d", "certified: S above |ρ|")
