"""Figure of two gradients through training, and of what is left when one is taken out of the other."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from ..drawing.reading import Record
from ..drawing.style import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, VERMILION, band, house_style, panels, title
from ..drawing.summaries import mean_band, student_interval

COLUMNS = ("part", "step")

CAPTION = (
    "The distillation gradient g through training, on digits: 12 seeds (1000 to 1011), network 64-256-256-13, three "
    "auxiliary logits, Adam; a look before every 32nd step. (a) Its cosine with the gradient of the trait loss at "
    "the same parameters and (b) that of −g with the teacher's displacement, by layer and for the control, a student "
    "of another initialisation. (c) The trait loss on one minibatch of images: as it is, with the trait gradient "
    "taken out of the distillation gradient before Adam or out of Adam's step, with a random direction taken out, "
    "and for the control. Lines are means over seeds, bands their 95 % bootstrap intervals. (d) Test accuracy of "
    "every seed, and the mean with Student's 95 % interval; beside each name the mean imitation loss, over the "
    "undefended student's."
)

TRAININGS: dict[str, dict[str, Any]] = {
    "student": {"color": BLUE, "linestyle": "-", "marker": "o"},
    "random projected": {"color": GREEN, "linestyle": "-.", "marker": "^"},
    "gradient projected": {"color": ORANGE, "linestyle": (0, (5, 1, 1, 1)), "marker": "v"},
    "step projected": {"color": PURPLE, "linestyle": "--", "marker": "D"},
    "control": {"color": VERMILION, "linestyle": ":", "marker": "s"},
}
NAMES = {
    "student": "undefended",
    "random projected": "random direction out",
    "gradient projected": "trait out of the gradient",
    "step projected": "trait out of the step",
    "control": "control (other init)",
}
PARTS = {
    ("student", "fc1"): ("first layer", {"color": GREEN, "linestyle": "-.", "marker": "^"}),
    ("student", "fc2"): ("second layer", {"color": ORANGE, "linestyle": "--", "marker": "v"}),
    ("student", "all"): ("all layers", {"color": BLUE, "linestyle": "-", "marker": "o"}),
    ("control", "all"): ("control, all layers", {"color": GREY, "linestyle": ":", "marker": "s"}),
}


def draw(record: Record) -> Figure:
    """Two cosines above; trait loss and accuracies below."""
    with house_style():
        figure, (trait, displacement, loss, accuracy) = panels(2, 2, 5.4)
        _cosines(trait, record, "trait cosine", "cosine of g with ∇L$_T$")
        title(trait, "a", "with the trait's gradient")
        _cosines(displacement, record, "displacement cosine", "cosine of −g with v")
        displacement.legend(loc="upper right")
        title(displacement, "b", "with the teacher's displacement")
        for name, look in TRAININGS.items():
            table = record.table("trait loss", "step", name, part="all")
            band(loss, mean_band(table), {**look, "markersize": 3}, NAMES[name], every=5)
        loss.set_yscale("log")
        loss.set_ylim(1.4, 6.5)
        loss.set_yticks([1.5, 2, 3, 4, 6], ["1.5", "2", "3", "4", "6"])
        loss.minorticks_off()
        loss.set_xlabel("step")
        loss.set_ylabel("trait loss")
        title(loss, "c", "what becomes of the trait loss")
        _accuracy(accuracy, record)
        handles, labels = loss.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=5, columnspacing=1.0, handlelength=2.0)
    return figure


def _cosines(axes, record: Record, metric: str, label: str) -> None:
    for (training, part), (words, look) in PARTS.items():
        table = record.table(metric, "step", training, part=part)
        band(axes, mean_band(table), {**look, "markersize": 3}, words, every=5)
    axes.axhline(0, color=BLACK, linewidth=0.8)
    axes.set_xlabel("step")
    axes.set_ylabel(label)


def _accuracy(axes, record: Record) -> None:
    student = record.by_seed("final imitation loss", "student").mean()
    names = []
    for place, (name, look) in enumerate(TRAININGS.items()):
        values = record.by_seed("test_accuracy", name)
        axes.plot(values, np.full(len(values), place + 0.18), ".", color=look["color"], markersize=3, alpha=0.6)
        mean, low, high = student_interval(values)
        reach = [[mean - low], [high - mean]]
        axes.errorbar([mean], [place], xerr=reach, capsize=3, color=look["color"], marker=look["marker"])
        ratio = record.by_seed("final imitation loss", name).mean() / student
        names.append(f"{NAMES[name]}\nloss × {ratio:.2f}")
    axes.axvline(record.chance, color=BLACK, linestyle=":", linewidth=0.9)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.6)
    axes.set_xlim(0, 0.8)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel("test accuracy")
    title(axes, "d", "transfer")
