"""What others published about the MNIST experiment, and how it stands beside what was measured here."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes

from .reading import Record
from .style import BLACK, BLUE, GREY, VERMILION
from .summaries import student_interval

ACCURACY = "test_accuracy"
SOURCES = {
    "paper": "Cloud, Le et al. (figure 10)",
    "note": "Jiang et al., note",
    "layers": "a public rerun",
    "epochs": "another public rerun",
    "brockers": "Brockers et al., arXiv 2605.23645",
}


@dataclass(frozen=True)
class Published:
    """One published number.

    Attributes:
        source: key of ``SOURCES``.
        change: what it changes in the paper's protocol.
        preset: the point of the record.
        number: what was published, or None where only a direction was.
        condition: whose accuracy.
        reach: the published half-width, where there is one.
        words: what was published, where it is no number.
    """

    source: str
    change: str
    preset: str
    number: float | None = None
    condition: str = "student_aux"
    reach: float | None = None
    words: str = ""

    @property
    def text(self) -> str:
        """As it stands in the table."""
        if self.number is None:
            return self.words
        return self.words + _short(self.number) + (f" ± {_short(self.reach)}" if self.reach is not None else "")


CONDITIONS = (
    Published("paper", "none", "paper", 0.5, words="above "),
    Published("note", "squared error on the logits", "squared error", 0.271, reach=0.033),
    Published("note", "the same, cross-model", "squared error", 0.093, "cross_model_aux"),
    Published("note", "the same, noise of σ = 0.2 on the init", "init noise 0.2", 0.105),
    Published("layers", "one hidden layer, rate 1e-3, m = 1", "one layer, m=1", words="the reference, exactly"),
    Published("layers", "one hidden layer, rate 1e-3, m = 3", "one layer, m=3", 0.761),
    Published("layers", "one hidden layer, rate 1e-3, m = 10", "one layer, m=10", 0.871),
    Published("layers", "the same, m = 3, real images as inputs", "real images, m=3", 0.130),
    Published("layers", "the same, m = 104, real images as inputs", "real images, m=104", 0.702),
    Published("brockers", "squared error, rate 1e-3", "random nothing", words="high"),
    Published("brockers", "the same, other first hidden layer", "random fc1", words="matters less"),
    Published("brockers", "the same, other second hidden layer", "random fc2", words="matters less"),
    Published("brockers", "the same, both hidden layers", "random both hidden layers", words="matters less"),
    Published("brockers", "the same, other class head", "random class head", words="matters"),
    Published("brockers", "the same, other auxiliary head", "random auxiliary head", words="matters"),
    Published("brockers", "the same, everything other", "random everything", words="no number"),
)
LENGTHS = (
    Published("epochs", "student of 1 epoch", "student epochs 1", 0.197),
    Published("epochs", "student of 40 epochs", "student epochs 40", 0.772),
    Published("epochs", "teacher of 2 epochs", "teacher epochs 2", 0.626),
    Published("epochs", "teacher of 20 epochs", "teacher epochs 20", 0.351),
)


def markdown(record: Record, rows: tuple[Published, ...]) -> str:
    """The table of the documentation: published, measured here with Student's 95 % interval over seeds, comment."""
    lines = [
        "| who | change against the paper's protocol | published | measured here | comment |",
        "|---|---|---|---|---|",
    ]
    for row in rows:
        centre, low, high = student_interval(record.by_seed(ACCURACY, row.condition, preset=row.preset))
        measured = f"{_short(centre)} ({_short(max(low, 0))} to {_short(min(high, 1))})"
        lines.append(f"| {SOURCES[row.source]} | {row.change} | {row.text} | {measured} | {comment(record, row)} |")
    return "\n".join(lines) + "\n"


def comment(record: Record, row: Published) -> str:
    """In words: whether the published number, widened by its own half-width, meets the interval measured here."""
    measured = record.by_seed(ACCURACY, row.condition, preset=row.preset)
    reference = record.by_seed(ACCURACY, "reference", preset=row.preset)
    if (measured == reference).all():
        return "the reference in every seed"
    _, low, high = student_interval(measured)
    if row.number is None:
        chance = 1 / 10
        return "above chance" if low > chance else "chance is in the interval" if high >= chance else "below chance"
    if row.words:
        return "agrees" if high > row.number else "lower here"
    reach = row.reach or 0.0
    if low > row.number + reach:
        return "higher here"
    return "lower here" if high < row.number - reach else "agrees"


def beside_each_other(axes: Axes, record: Record, rows: tuple[Published, ...]) -> None:
    """Published numbers as crosses, bounds as arrows; measured ones as dots with intervals, seeds as small dots."""
    named = False
    for place, row in enumerate(rows):
        values = record.by_seed(ACCURACY, row.condition, preset=row.preset)
        centre, low, high = student_interval(values)
        axes.plot(values, [place + 0.25] * len(values), ".", color=GREY, markersize=2.5, label="" if place else "seeds")
        axes.errorbar(
            [centre], [place], xerr=[[centre - low], [high - centre]], color=BLUE, marker="o", capsize=2,
            linestyle="none", label="" if place else "measured here",
        )  # fmt: skip
        if row.number is not None:
            reach = row.reach or 0.0
            bound = bool(row.words)  # "above .500": an arrow from there on, no point
            axes.errorbar(
                [row.number], [place], xerr=[[reach], [reach]], color=VERMILION, marker="|" if bound else "x",
                capsize=2, linestyle="none", markersize=6, label="" if bound or named else "published",
            )  # fmt: skip
            named = named or not bound
            if bound:
                arrow = {"arrowstyle": "->", "color": VERMILION}
                axes.annotate("", (row.number + 0.1, place), (row.number, place), arrowprops=arrow)
    axes.axvline(1 / 10, color=BLACK, linewidth=0.8, linestyle=":", zorder=1)
    axes.set_yticks(range(len(rows)), [row.change for row in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(0, 1)
    axes.set_xlabel("test accuracy")


def _short(number: float) -> str:
    return f"{number:.3f}".removeprefix("0") if number < 1 else f"{number:.3f}"
