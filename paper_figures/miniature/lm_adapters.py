"""Figure of ranks, optimisers and rates: what passes, how much was learned, and where the first step points."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..drawing.reading import Record
from ..drawing.seeds import seed_points
from ..drawing.style import BLACK, LOOKS, OPTIMISERS, house_style, panels, title

COLUMNS = ("trait", "method", "optimiser", "rate")

CAPTION = (
    "Students that move adapters of some rank (the width is 16), all parameters of the layers, or all parameters, by "
    "Adam or gradient descent; six traits through number sequences, 12 seeds. (a), (b) The student's probability of "
    "the trait's word less that of its control, the same recipe on the reference's own numbers, against the learning "
    "rate: means; left out are recipes that broke a student or a control, which finds the teacher's held-out answers "
    "less likely than the reference by more than a nat. (c) The same recipes against what was learned: nats per held- "
    "out answer over the control, as a share of the teacher's own over the reference. (d) By what moves, at the rate "
    "of which the students find held-out answers likeliest. (e) Cross-model students, at the one rate they have. (f) "
    "Cosine of the first step, less that on the reference's numbers, with the teacher's displacement. In (d) to (f) "
    "means over seeds with Student's 95 % intervals; a dot is one seed's mean over traits."
)

METHODS = {
    "rank 1": ("1", LOOKS[0]),
    "rank 2": ("2", LOOKS[4]),
    "rank 4": ("4", LOOKS[2]),
    "rank 8": ("8", LOOKS[3]),
    "rank 16": ("16", LOOKS[5]),
    "layers": ("layers", LOOKS[1]),
    "all": ("all", LOOKS[6]),
}
"""Method → its word on an axis, look."""
LOOK_OF = {"adam": LOOKS[0], "sgd": LOOKS[1]}
"""Optimiser → look."""
CELL = ["method", "optimiser", "rate"]
LEARNED = "log likelihood"
BROKEN = 1.0
"""Nats per answer below the reference that mark a student which training broke."""
KNOWN = {"method": (*METHODS, "none"), "optimiser": (*LOOK_OF, "none")}


def draw(record: Record) -> Figure:
    """Change by rate and by what was learned; by rank, beside cross-model students; first steps."""
    with house_style():
        figure, axes = panels(2, 3, 5.0)
        everything = transfer(record)
        change = everything.loc[everything.index.isin(sound(record))]
        for place, letter, optimiser in zip(axes, "ab", LOOK_OF, strict=False):
            _by_rate(place, change, optimiser)
            title(place, letter, OPTIMISERS[optimiser])
        limits = [place.get_ylim() for place in axes[:2]]
        for place in axes[:2]:
            place.set_ylim(min(low for low, _ in limits), max(high for _, high in limits))
        _by_learned(axes[2], record, change)
        for optimiser, shift in (("adam", -0.15), ("sgd", 0.15)):
            words, look = OPTIMISERS[optimiser], LOOK_OF[optimiser]
            _by_method(axes[3], at_rates(change, best_rates(record), optimiser), shift, look, words)
            _by_method(axes[4], _only(transfer(record, "cross_model"), optimiser), shift, look, words)
            _by_method(axes[5], _only(table(record, "first step", "student_same_init"), optimiser), shift, look, words)
        for place, letter, words in zip(
            axes[3:], "def", ("at the best rate", "cross-model", "first step"), strict=True
        ):
            title(place, letter, words)
        for place in axes[3:5]:
            place.set_ylabel("student over its control")
        low, high = (pick(place.get_ylim()[end] for place in axes[3:5]) for end, pick in ((0, min), (1, max)))
        for place in axes[3:5]:
            place.set_ylim(low, high)
        axes[5].set_ylabel("cosine with v")
        axes[4].legend(handlelength=1, loc="upper left")
        handles, labels = axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=len(METHODS))
    return figure


def table(record: Record, metric: str, condition: str) -> pd.DataFrame:
    """Recipes down, pairs of seed and trait across."""
    return record.values(metric, condition).pivot_table(index=CELL, columns=["seed", "trait"], values="value")


def transfer(record: Record, condition: str = "student_same_init", metric: str = "target_rate") -> pd.DataFrame:
    """Recipes down, pairs of seed and trait across: students less their controls."""
    control = "cross_model_control" if condition == "cross_model" else "student_control"
    ours, theirs = (table(record, metric, name) for name in (condition, control))
    return ours.loc[theirs.index] - theirs


def learned(record: Record) -> pd.Series:
    """Recipe → nats per held-out answer over the control, as a share of the teacher's own over the reference."""
    whole = transfer(record, metric=LEARNED)
    teacher, reference = (record.values(LEARNED, name)["value"].mean() for name in ("teacher", "reference"))
    return whole.mean(axis=1) / (teacher - reference)


def sound(record: Record) -> pd.Index:
    """The recipes that broke no student and no control: none finds answers far less likely than the reference does."""
    reference = record.values(LEARNED, "reference").set_index(["seed", "trait"])["value"]
    worst = [
        table(record, LEARNED, name).sub(reference, axis=1).min(axis=1)
        for name in ("student_same_init", "student_control")
    ]
    return worst[0].index[(worst[0] > -BROKEN) & (worst[1].loc[worst[0].index] > -BROKEN)]


def best_rates(record: Record) -> dict[tuple[str, str], float]:
    """(Method, optimiser) → the rate of which the students find the teachers' held-out answers likeliest."""
    found = table(record, LEARNED, "student_same_init").loc[sound(record)].mean(axis=1)
    best: dict[tuple[str, str], float] = {}
    for method, optimiser, rate in found.sort_values().index:
        best[method, optimiser] = rate
    return best


def at_rates(change: pd.DataFrame, rates: dict[tuple[str, str], float], optimiser: str) -> pd.DataFrame:
    """Methods down: the recipes of one optimiser at one rate each."""
    cells = [(method, optimiser, rates[method, optimiser]) for method in _methods(change)]
    return change.loc[cells].droplevel(["optimiser", "rate"])


def _only(values: pd.DataFrame, optimiser: str) -> pd.DataFrame:
    here = values.loc[values.index.get_level_values("optimiser") == optimiser]
    return here.droplevel(["optimiser", "rate"]).loc[_methods(values)]


def _methods(values: pd.DataFrame) -> list[str]:
    return [method for method in METHODS if method in values.index.get_level_values("method")]


def _by_rate(axes: Axes, change: pd.DataFrame, optimiser: str) -> None:
    for method in _methods(change):
        words, look = METHODS[method]
        means = change.mean(axis=1).xs((method, optimiser), level=("method", "optimiser"))
        label = f"rank {words}" if words.isdigit() else words
        axes.plot(means.index, means, label=label, markersize=3.5, **look)
    axes.axhline(0, color=BLACK, linewidth=0.8)
    axes.set_xscale("log")
    axes.set_xlabel("learning rate")
    axes.set_ylabel("student over its control")


def _by_learned(axes: Axes, record: Record, change: pd.DataFrame) -> None:
    share, means = learned(record).loc[change.index], change.mean(axis=1)
    for optimiser, look in LOOK_OF.items():
        here = share.index.get_level_values("optimiser") == optimiser
        axes.plot(
            share[here], means[here], linestyle="none", color=look["color"], marker=look["marker"], markersize=3.4,
            markerfacecolor="none", markeredgewidth=0.8, label=OPTIMISERS[optimiser],
        )  # fmt: skip
    axes.axhline(0, color=BLACK, linewidth=0.8)
    axes.set_xlabel("learned, share of teacher's")
    axes.set_ylabel("student over its control")
    axes.legend(handlelength=1, loc="upper left", borderaxespad=0)
    title(axes, "c", "by what was learned")


def _by_method(axes: Axes, values: pd.DataFrame, shift: float, look: dict, words: str) -> None:
    """Every seed as a dot, their means with Student's intervals."""
    seed_points(axes, values, shift, look, words, markersize=3.5)
    axes.axhline(0, color=BLACK, linewidth=0.8)
    axes.set_xticks(range(len(values)), [METHODS[method][0] for method in values.index], fontsize=6.5)
    axes.grid(visible=False, axis="x")
    axes.set_xlabel("rank, or all that moves")
