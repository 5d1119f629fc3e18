"""Figure of the number of classes: accuracy beside chance, and two cosines with the teacher's displacement."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..drawing.reading import Record
from ..drawing.style import BLACK, LOOKS, band, house_style, panels, title
from ..drawing.summaries import mean_band
from ..drawing.sweep_panels import ACCURACY, student_and_control

COLUMNS = ("classes",)

CAPTION = (
    "The number of classes: the first 2 to 10 classes of digits, 20 seeds, network 64-256-256-(k + 3), three "
    "auxiliary logits, 8192 uniform noise images, 15 epochs; teachers are taught for about as many steps. (a) Test "
    "accuracy on these classes; dotted, chance 1/k. (b) Cosine of the student's first step (the first-step cosine, "
    "before training) and of its whole displacement (after) with the teacher's displacement. Means with 95 % "
    "bootstrap intervals over seeds."
)

COSINES = (
    ("whole displacement", "displacement cosine", LOOKS[2]),
    ("first step", "first update cosine", LOOKS[1]),
)


def draw(record: Record) -> Figure:
    """Accuracy and cosines against the number of classes."""
    with house_style():
        figure, (accuracy, cosines) = panels(1, 2, 3.2)
        for one in student_and_control():
            band(accuracy, mean_band(one.table(record, ACCURACY, "classes")), dict(one.look), one.label)
        counts = sorted(set(record.rows["classes"]))
        accuracy.plot(counts, [1 / k for k in counts], color=BLACK, linewidth=0.8, linestyle=":", label="chance")
        accuracy.set_ylim(0, 1.03)
        accuracy.set_ylabel("test accuracy")
        handles, labels = accuracy.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=4)
        title(accuracy, "a", "what is learnt")
        for label, metric, look in COSINES:
            band(cosines, mean_band(record.table(metric, "classes", "student_aux")), look, label)
        cosines.set_ylim(bottom=0)
        cosines.set_ylabel("cosine with the teacher's displacement")
        cosines.legend(loc="center right")
        title(cosines, "b", "beside it")
        for axes in (accuracy, cosines):
            _counts(axes, counts)
    return figure


def _counts(axes: Axes, counts: list[int]) -> None:
    axes.set_xticks(counts, [str(k) for k in counts])
    axes.set_xlabel("number of classes k")
