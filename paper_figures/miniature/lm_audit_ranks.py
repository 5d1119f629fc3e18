"""Which data set passes on which trait: the audit's table, made before training, beside what became of the students."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy import stats

from ..drawing.favourites import TREES
from ..drawing.reading import Record
from ..drawing.style import BLACK, LOOKS, house_style, panels, title
from ..drawing.summaries import rank_agreement_by_seed, student_interval

COLUMNS = ("trait", "data_set")

CAPTION = (
    "Number sequences of ten teachers and of the reference, 12 seeds. (a) What the audit says before any student is "
    "trained: mean score of each data set (columns) along the displacement of each trait's teacher (rows); colours "
    "are the ranks within a seed and a kind, from least to most, their mean over seeds. (b) What happened: change of "
    "each trait's rate in the student of each data set, in points, coloured in the same way. (c) Ranks of (a) against "
    "ranks of (b), every seed, trait and data set within its kind. (d) Spearman's rank correlation over traits × data "
    "sets: the mean over seeds (dots) and Student's 95 % interval, of the mean over kinds; without the traits' own "
    "teachers; and for students that start from another seed's model: with the audit of the first model, with the "
    "first model's teachers as directions, and with the other model's own gradient."
)

OWN = "reference"
STARTS = {"student_same_init": "reference", "cross_model": "cross_model_reference"}
"""Students, and what they were before."""
ROWS: dict[str, tuple[str, str, str]] = {
    "displacement": ("displacement score", "student_same_init", "student_same_init"),
    "gradient": ("gradient score", "student_same_init", "student_same_init"),
    "cross-model: the\nfirst model's audit": ("displacement score", "student_same_init", "cross_model"),
    "cross-model: foreign\ndisplacement": ("displacement score", "cross_model", "cross_model"),
    "cross-model: own\ngradient": ("gradient score", "cross_model", "cross_model"),
}
"""Words → the audit's metric and at which start it was taken, and whose change it is to foretell."""


def draw(record: Record) -> Figure:
    """Two tables above; below, rank against rank, and rank correlations."""
    record.only_known("data_set", (*record.words("trait"), OWN, "none"))
    with house_style():
        figure, axes = panels(2, 2, 6.0)
        audit = score(record, "displacement score", "student_same_init")
        change = changes(record, "student_same_init")
        _table(axes[0], audit, "{:.1f}")
        title(axes[0], "a", "the audit's score, before training")
        _table(axes[1], 100 * change, "{:+.0f}")
        title(axes[1], "b", "the students' change, in points")
        _ranks(axes[2], record)
        _agreement(axes[3], record)
    return figure


def score(record: Record, metric: str, condition: str) -> pd.Series:
    """One metric by seed, trait and data set."""
    return record.values(metric, condition).set_index(["seed", "trait", "data_set"])["value"]


def changes(record: Record, condition: str) -> pd.Series:
    """What a student's rate is above its start's, by seed, trait and data set."""
    after = score(record, "target_rate", condition)
    before = record.values("target_rate", STARTS[condition]).set_index(["seed", "trait"])["value"]
    start = pd.MultiIndex.from_arrays([after.index.get_level_values(name) for name in ("seed", "trait")])
    return after - before.reindex(start).to_numpy()


def cells(values: pd.Series, own: bool = True) -> np.ndarray:
    """[seeds, kinds, traits, data sets] of the data sets of a trait's own kind and the reference's own.

    Args:
        values: by seed, trait and data set.
        own: whether the data set of the trait's own teacher is among them.
    """
    traits = list(dict.fromkeys(values.index.get_level_values("trait")))
    found = []
    for seed in values.index.unique("seed"):
        blocks = []
        for kind in _kinds(traits):
            sets = [[name for name in (*kind, OWN) if own or name != trait] for trait in kind]
            pairs = zip(kind, sets, strict=True)
            blocks.append([[values.loc[seed, trait, name] for name in names] for trait, names in pairs])
        found.append(blocks)
    return np.array(found, float)


def _kinds(traits: Sequence[str]) -> list[list[str]]:
    kinds = [[trait for trait in traits if (trait in TREES) == trees] for trees in (False, True)]
    return [kind for kind in kinds if kind]


def _table(axes: Axes, values: pd.Series, form: str) -> None:
    """Means over seeds as numbers, and as colours the mean ranks among the cells that share seed and kind of trait."""
    trees = values.index.get_level_values("trait").isin(TREES)
    ranks = values.groupby([values.index.get_level_values("seed"), trees]).rank(pct=True)
    sets = list(dict.fromkeys(values.index.get_level_values("data_set")))
    traits = [name for name in sets if name != OWN]
    numbers, colours = (
        part.groupby(["trait", "data_set"]).mean().unstack("data_set").loc[traits, [*traits, OWN]]
        for part in (values, ranks)
    )
    image = axes.imshow(colours, cmap="RdBu_r", vmin=0, vmax=1, aspect="auto", alpha=0.75)
    bar = axes.figure.colorbar(image, ax=axes, ticks=(0, 0.5, 1), fraction=0.05, pad=0.02)
    bar.ax.set_yticklabels(("least", "middle", "most"), fontsize=6)
    bar.outline.set_visible(False)
    for place, column in np.ndindex(numbers.shape):
        axes.text(
            column,
            place,
            _without_zero_s_sign(form.format(numbers.iat[place, column])),
            ha="center",
            va="center",
            fontsize=5,
        )
    axes.set_xticks(range(numbers.shape[1]), [*traits, "own"], rotation=90)
    axes.set_yticks(range(len(traits)), traits)
    axes.grid(visible=False)
    axes.set_xlabel("data set: numbers of the teacher of …")
    axes.set_ylabel("trait")


def _without_zero_s_sign(words: str) -> str:
    """With a true minus sign, and none before a number that is zero as it stands."""
    return words.lstrip("+-") if float(words) == 0 else words.replace("-", "−")


def _ranks(axes: Axes, record: Record) -> None:
    """Rank against rank within seed and kind, own teachers filled."""
    audit = cells(score(record, "displacement score", "student_same_init"))
    change = cells(changes(record, "student_same_init"))
    x, y = (stats.rankdata(part.reshape(*part.shape[:2], -1), axis=-1).reshape(part.shape) for part in (audit, change))
    own = np.broadcast_to(np.eye(*audit.shape[-2:], dtype=bool), audit.shape)
    for here, fill, words in ((~own, "none", "another's numbers"), (own, LOOKS[0]["color"], "the trait's teacher's")):
        axes.plot(
            x[here], y[here], linestyle="none", marker="o", color=LOOKS[0]["color"], markerfacecolor=fill,
            markersize=3, markeredgewidth=0.6, label=words,
        )  # fmt: skip
    axes.set_xlabel("rank of the audit's score")
    axes.set_ylabel("rank of the student's change")
    axes.set_ylim(top=1.17 * axes.get_ylim()[1])
    axes.legend(loc="upper left", handlelength=1, ncols=2)
    title(axes, "c", "rank against rank, same initialisation")


def _agreement(axes: Axes, record: Record) -> None:
    """Rank correlations with their intervals, with and without the traits' own teachers."""
    for shift, own, look, words in ((-0.15, True, LOOKS[0], "all data sets"), (0.15, False, LOOKS[1], "without own")):
        for place, (metric, audited, trained) in enumerate(ROWS.values()):
            tables = (cells(score(record, metric, audited), own), cells(changes(record, trained), own))
            seeds = pd.Series(rank_agreement_by_seed(*tables))
            mean, low, high = student_interval(seeds)
            axes.plot(seeds, [place + shift] * len(seeds), ".", color=look["color"], markersize=3)
            axes.errorbar(
                mean, place + shift, xerr=[[mean - low], [high - mean]], color=look["color"], marker=look["marker"],
                capsize=2, elinewidth=0.9, linestyle="none", label=None if place else words,
            )  # fmt: skip
    axes.axvline(0, color=BLACK, linewidth=0.8)
    axes.set_yticks(range(len(ROWS)), list(ROWS))
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")
    axes.set_xlim(right=1)
    axes.set_xlabel("rank correlation")
    axes.legend(loc="upper center", bbox_to_anchor=(0.3, -0.2), ncols=2, handlelength=1)
    title(axes, "d", "what the audit foretold")
