"""Figure 9 of the paper in miniature: the teacher's numbers in the context, and as many of them learned from."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..drawing.favourites import changes, dots
from ..drawing.reading import Record
from ..drawing.style import BLACK, GREEN, GREY, LOOKS, PURPLE, house_style, panels, seed_lines, title
from ..drawing.summaries import seed_means

COLUMNS = ("trait", "examples")

CAPTION = (
    "Number sequences of a teacher in the context of the reference model, or learned from; six traits, 12 seeds, each "
    "with its own reference model. (a) Probability of the trait's word behind a context of so many examples: the "
    "teacher's numbers, the reference's own, and, as a positive control, questions about favourites answered with the "
    "trait; straight lines without a marker: no context, the system prompt that names the trait, the teacher. Some "
    "reference models read no context: their lines for the trait lie at the bottom, among all others. The "
    "teacher's and the reference's numbers coincide with no context at all. (b) Change against the same use of the "
    "reference's own numbers, on an axis that is linear where it is shaded. Thick: means over seeds; thin: every "
    "seed's mean over traits. (c) The same: every seed's mean over traits, their mean and Student's 95 % interval."
)
CONTEXTS = {
    "context_preferences": ("examples of the trait", {"color": GREEN, "marker": "^", "linestyle": "-."}),
    "context_same_init": ("teacher's numbers", LOOKS[0]),
    "context_control": ("reference's numbers", {"color": GREY, "marker": "x", "linestyle": ":"}),
}
LINES = {
    "system_prompt": ("system prompt", {"color": GREEN, "linestyle": "--"}),
    "teacher": ("teacher, no context", {"color": PURPLE, "linestyle": "-"}),
    "reference": ("no context", {"color": BLACK, "linestyle": "-"}),
}
USES = {
    "context": ("in the context", LOOKS[0]),
    "student": ("learned from", LOOKS[1]),
}


def draw(record: Record) -> Figure:
    """What contexts do, the change by number of examples, and every pair at the ends of it."""
    with house_style():
        figure, (rates, numbers, pairs) = panels(1, 3, 3.2, width_ratios=(1.1, 1.3, 1))
        _rates(rates, record)
        title(rates, "a", "behind a context")
        _by_number(numbers, record)
        title(numbers, "b", "context and fine-tuning")
        _pairs(pairs, record)
        title(pairs, "c", "every seed")
        handles, labels = rates.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=3, handlelength=2.2)
    return figure


def _rates(axes: Axes, record: Record) -> None:
    for name, (words, look) in CONTEXTS.items():
        table = record.values("target_rate", name).pivot_table(
            index="examples", columns=["seed", "trait"], values="value"
        )
        seed_lines(axes, seed_means(table), look, words)
    for name, (words, look) in LINES.items():
        axes.axhline(
            record.values("target_rate", name)["value"].mean(), linewidth=0.9, label=words, color=look["color"],
            linestyle=look["linestyle"],
        )  # fmt: skip
    axes.set_ylim(0, 1.03)
    axes.set_xticks(sorted(set(record.values("target_rate", "context_control")["examples"])))
    axes.set_xlabel("examples in the context")
    axes.set_ylabel("probability of the trait's word")


def _by_number(axes: Axes, record: Record) -> None:
    for use, (words, look) in USES.items():
        seed_lines(axes, seed_means(_change_table(record, use)), look, words)
    axes.axhline(0, color=BLACK, linewidth=0.8)
    axes.set_xscale("log")
    axes.set_yscale("symlog", linthresh=0.01)
    ticks = (0, 0.005, 0.01, 0.1)
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.set_xlabel("examples")
    axes.axhspan(-0.01, 0.01, color=GREY, alpha=0.1, linewidth=0)
    corner = {"transform": axes.get_yaxis_transform(), "ha": "right", "va": "bottom"}
    axes.text(0.98, -0.0095, "linear", fontsize=6.5, color=GREY, **corner)
    axes.set_ylabel("change against control")
    axes.legend(loc="upper left", handlelength=1.6)


def _pairs(axes: Axes, record: Record) -> None:
    most = {use: _change_table(record, use).index.max() for use in USES}
    shown = [("context", most["context"]), ("student", most["context"]), ("student", most["student"])]
    for place, (use, n) in enumerate(shown):
        change = changes(record, f"{use}_same_init", f"{use}_control", examples=n)
        dots(axes, place, change, USES[use][1])
    axes.axhline(0, color=BLACK, linewidth=0.8)
    axes.set_xticks(range(len(shown)), [f"{use}\n{n}" for use, n in shown])
    axes.set_xlim(-0.5, len(shown) - 0.4)
    axes.grid(visible=False, axis="x")


def _change_table(record: Record, use: str) -> pd.DataFrame:
    """Change against control: numbers of examples down, seeds and traits across."""
    numbers = sorted(set(record.values("target_rate", f"{use}_same_init")["examples"]))
    return pd.DataFrame(
        {n: changes(record, f"{use}_same_init", f"{use}_control", examples=n) for n in numbers}
    ).T.rename_axis("examples")
