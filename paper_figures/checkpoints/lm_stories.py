"""Figure of the audit on a real model: scores, one step and a short distillation on stories that mention no owl."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from ..drawing.reading import Record
from ..drawing.style import BLACK, BLUE, GREY, VERMILION, band, house_style, panels, title
from ..drawing.summaries import mean_band

COLUMNS = ("epsilon",)

CAPTION = (
    "A real language model (stories260k) and a trait of four sentences about owls. Teachers take one gradient step ε on"
    " the trait and write stories; those that mention an owl are dropped. Bands: 95 % bootstrap intervals of means over"
    " 5 seeds. (a) Welch's t of the audit's scores against the reference model's own stories, and of a second set"
    " of these (grey: all seeds), and of the teacher's at ε = 0.01 read by another initialisation (diamonds: all"
    " seeds). (b) The difference of mean scores beside ε·Var of the control's (T10), and the step"
    " on full next-token distributions beside εA (T1). (c) Change of the trait loss after one student step, two α."
    " (d) Trait loss after a short distillation by Adam on either set, ε = 0.01, by seed."
)

SCORES = {"color": BLUE, "marker": "o", "linestyle": "-"}
FULL = {"color": VERMILION, "marker": "s", "linestyle": "--"}


def draw(record: Record) -> Figure:
    """Detection and size above; what a student does with it below."""
    with house_style():
        figure, (detection, size, step, students) = panels(2, 2, 5.4)
        _detection(detection, record)
        _size(size, record)
        _step(step, record)
        _students(students, record)
    return figure


def _detection(axes, record: Record) -> None:
    band(axes, mean_band(record.table("t", "epsilon", "teacher")), SCORES, "teacher's stories")
    for place, value in enumerate(record.by_seed("t", "second control")):
        axes.axhline(value, color=GREY, linewidth=0.8, label="model's own stories again" if place == 0 else None)
    other = record.by_seed("t", "other init on teacher's, v")
    axes.plot(
        [record.config["distilled"]] * len(other),
        other,
        color=VERMILION,
        marker="D",
        fillstyle="none",
        linestyle="none",
        label="read by another init",
    )
    axes.axhline(3.09, color=BLACK, linestyle=":", label="p = 0.001")
    axes.set_xscale("log")
    axes.set_xlabel("teacher's step ε")
    axes.set_ylabel("Welch's t against the control")
    axes.legend(loc="upper left")
    title(axes, "a", "what the audit sees")


def _size(axes, record: Record) -> None:
    band(axes, mean_band(record.table("difference", "epsilon", "teacher")), SCORES, "stories: score over control")
    predicted = mean_band(record.table("predicted difference", "epsilon", "teacher"))["centre"]
    axes.plot(predicted.index, predicted, color=BLACK, linestyle=":", label="ε Var, predicted (T10)")
    phi = mean_band(record.table("inner product", "epsilon", "distributions"))
    phi = phi[phi.index > 0]
    band(axes, phi, FULL, "distributions: φ(ε)")
    slope = record.by_seed("slope", "distributions").mean()
    axes.plot(phi.index, phi.index * slope, color=BLACK, linestyle="-.", label="εA, predicted (T1)")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("teacher's step ε")
    axes.set_ylabel("alignment Δθ_S·v")
    axes.set_ylim(bottom=0.01)
    axes.legend(loc="lower right")
    title(axes, "b", "how much, and what was predicted")


def _step(axes, record: Record) -> None:
    looks = ({"color": BLUE, "marker": "o", "linestyle": "-"}, {"color": VERMILION, "marker": "s", "linestyle": "--"})
    for alpha, look in zip(record.config["alphas"], looks, strict=True):
        metric = f"trait loss change, α = {alpha:g}"
        band(axes, mean_band(record.table(metric, "epsilon", "teacher")), look, f"teacher's stories, α = {alpha:g}")
        control = mean_band(record.table(metric, "epsilon", "control"))["centre"].iloc[0]
        axes.axhline(control, color=look["color"], linestyle=":", label=f"control, α = {alpha:g}")
    axes.axhline(0, color=BLACK, linewidth=0.9)
    axes.set_xscale("log")
    axes.set_yscale("symlog", linthresh=0.1)
    axes.set_ylim(-0.6, 5)
    axes.set_xlabel("teacher's step ε")
    axes.set_ylabel("change of the trait loss, nats per token")
    axes.legend(loc="upper left")
    title(axes, "c", "one student step")


def _students(axes, record: Record) -> None:
    names = {"student on control's": "on the model's\nown stories", "student on teacher's": "on the teacher's\nstories"}
    loss = pd.DataFrame({words: record.by_seed("trait loss", name) for name, words in names.items()})
    for place, seed in enumerate(loss.index):
        axes.plot(
            [0, 1],
            loss.loc[seed],
            color=BLUE,
            marker="o",
            linewidth=0.9,
            label="student, by seed" if place == 0 else None,
        )
    reference = record.by_seed("trait loss", "reference").iloc[0]
    axes.axhline(reference, color=BLACK, linestyle=":", label="reference")
    at = record.values("trait loss", "teacher", epsilon=record.config["distilled"])["value"].iloc[0]
    axes.axhline(at, color=VERMILION, linestyle="--", label="teacher")
    axes.set_xticks([0, 1], list(names.values()))
    axes.set_xlim(-0.35, 1.35)
    axes.set_ylabel("trait loss, nats per token")
    axes.legend(loc="center left")
    title(axes, "d", "a short distillation")
