"""Whole data sets before training: which score names the trait that is taught, and which foretells what is learned."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..drawing.foretelling import (
    FITTED,
    LESSONS,
    NOTHING,
    SCORES,
    SHARE,
    TEACHER,
    errors,
    named,
    order,
    pairs,
    passed,
)
from ..drawing.reading import Record
from ..drawing.seeds import seed_row
from ..drawing.style import BLACK, BLUE, VERMILION, house_style, panels, room_for_words, title

COLUMNS = ("trait", "taught", "lesson")

CAPTION = (
    "Twelve data sets per seed, of three traits' teachers in four lessons, 12 seeds; scores were taken before any "
    "student was trained. Ticks are seeds, points their means with Student's 95 % interval. (a) What the student's "
    "probability of the taught trait changes by, against a student of the reference's own numbers, and the mean of the "
    "two other traits'. (b) Share of the data sets of the first two lessons whose taught trait has the largest score; "
    "dashed: chance. (c) Spearman's correlation of score and change over all 36 pairs of a data set and a trait. (d) "
    "Mean error of the change, each lesson foretold from the three others by a line through nought; dashed: of who "
    "foretells no change. Squares: scores that need examples of the trait, or its teacher; circles: a sentence or a "
    "word; triangles: the teacher's own change."
)
WORDS = {
    "taught": "taught trait",
    "others": "other traits",
    TEACHER: "teacher's change",
    SHARE: "45 % of teacher's",
    FITTED: "share of teacher's",
}
KNOWING = ("examples of the trait", "the teacher")


def draw(record: Record) -> Figure:
    """What passes by lesson; taught traits that are named; order; errors."""
    record.only_known("lesson", tuple(LESSONS))
    found = pairs(record)
    with house_style():
        figure, axes = panels(2, 2, 5.6)
        room_for_words(figure)
        _lessons(axes[0], passed(found))
        _rows(axes[1], named(found))
        axes[1].axvline(1 / found.index.get_level_values("trait").nunique(), color=BLACK, linestyle="--", linewidth=0.8)
        axes[1].set_xlim(-0.04, 1.06)
        axes[1].set_xlabel("share of data sets")
        title(axes[1], "b", "taught trait named")
        _rows(axes[2], order(found))
        axes[2].axvline(0, color=BLACK, linewidth=0.6)
        axes[2].set_xlabel("rank correlation")
        title(axes[2], "c", "order of what is learned")
        wrong = 100 * errors(found)
        _rows(axes[3], wrong[[*SCORES, SHARE, FITTED]])
        axes[3].axvline(wrong[NOTHING].mean(), color=BLACK, linestyle="--", linewidth=0.8)
        axes[3].set_xlabel("points")
        title(axes[3], "d", "error of what is foretold")
    return figure


def _lessons(axes: Axes, found: dict[str, dict[str, pd.Series]]) -> None:
    looks = {"taught": (BLUE, "s", -0.18), "others": (VERMILION, "o", 0.18)}
    for place, lesson in enumerate(LESSONS):
        for kind, (colour, marker, aside) in looks.items():
            values = 100 * found[lesson][kind]
            seed_row(axes, values, place + aside, colour, marker, None if place else WORDS[kind])
    axes.axvline(0, color=BLACK, linewidth=0.6)
    axes.set_yticks(range(len(LESSONS)), list(LESSONS.values()))
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")
    axes.set_xlabel("points over the control")
    axes.legend(loc="lower right", handlelength=1)
    title(axes, "a", "what is learned")


def _rows(axes: Axes, table: pd.DataFrame) -> None:
    for place, name in enumerate(table):
        knows = SCORES.get(str(name))
        look = (BLACK, "^") if knows is None else (BLUE, "s") if knows in KNOWING else (VERMILION, "o")
        seed_row(axes, table[name], place, *look)
    axes.set_yticks(range(table.shape[1]), [WORDS.get(str(name), str(name)) for name in table])
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")
