"""Figure 10 of the paper: six bars; and where the theory's alignment goes with accuracy, and where it does not."""

from __future__ import annotations

from matplotlib.figure import Figure

from ..drawing.reading import Record
from ..drawing.style import BLACK, BLUE, GREY, ORANGE, SKY, VERMILION, house_style, panels, title
from ..drawing.summaries import mean_band

COLUMNS = ()

CAPTION = (
    "The paper's MNIST experiment (section 6.2, figure 10), 100 seeds: network 784-256-256-13; the teacher is "
    "trained on ten class logits, students imitate three auxiliary logits (aux.) or all logits on uniform noise, "
    "five epochs each. (a) Test accuracy: mean over seeds with its 95 % bootstrap interval, and every seed as a "
    "dot; dotted, chance. Cross-model students start from another initialisation, drawn afresh for each seed. (b) "
    "Accuracy of every student against the cosine of its whole displacement with the teacher's: students of a "
    "shared initialisation go the teacher's way; the cross-model student of all logits learns as well, with next "
    "to no alignment of parameters. (c) Accuracy against the cosine of the student's first gradient step with the "
    "teacher's displacement, known before the student is trained: positive in every seed where the initialisation "
    "is shared, and no guide to the seeds of one condition."
)

LOOKS = {
    "reference": {"color": GREY, "marker": "*", "hatch": "", "label": "refer-\nence"},
    "teacher": {"color": BLACK, "marker": "P", "hatch": "", "label": "teacher"},
    "student_aux": {"color": BLUE, "marker": "o", "hatch": "////", "label": "student\n(aux.)"},
    "student_all": {"color": SKY, "marker": "^", "hatch": "....", "label": "student\n(all)"},
    "cross_model_aux": {"color": VERMILION, "marker": "s", "hatch": "\\\\\\\\", "label": "cross-\nmodel\n(aux.)"},
    "cross_model_all": {"color": ORANGE, "marker": "D", "hatch": "xxxx", "label": "cross-\nmodel\n(all)"},
}
STUDENTS = [name for name in LOOKS if name not in ("reference", "teacher")]


def draw(record: Record) -> Figure:
    """Bars, then accuracy against two cosines."""
    with house_style():
        figure, (bars, displacement, first_step) = panels(1, 3, 3.1, width_ratios=(1.9, 1, 1))
        _bars(bars, record)
        _against(displacement, record, "displacement cosine")
        displacement.set_xlabel("cosine of displacements")
        displacement.set_ylabel("test accuracy")
        title(displacement, "b", "after training")
        _against(first_step, record, "first update cosine")
        first_step.set_xlabel("cosine of the first step")
        first_step.tick_params(labelleft=False)
        title(first_step, "c", "before training")
        handles, labels = displacement.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=4, handlelength=1)
    return figure


def _bars(axes, record: Record) -> None:
    table = record.table("test_accuracy", "condition").loc[list(LOOKS)]
    summary = mean_band(table)
    for place, (name, look) in enumerate(LOOKS.items()):
        centre, low, high = summary.loc[[name], ["centre", "low", "high"]].to_numpy()[0]
        axes.bar(
            place, centre, width=0.72, facecolor=look["color"], alpha=0.55, edgecolor=BLACK, linewidth=0.7,
            hatch=look["hatch"],
        )  # fmt: skip
        spread = [place + 0.22 * (k / max(1, table.shape[1] - 1) - 0.5) for k in range(table.shape[1])]
        axes.plot(spread, table.loc[name], ".", color=BLACK, markersize=2, alpha=0.7)
        reach = [[centre - low], [high - centre]]
        axes.errorbar([place], [centre], yerr=reach, color=BLACK, capsize=4, elinewidth=1.3, linestyle="none")
        top = max(high, table.loc[name].max())
        axes.annotate(f"{centre:.2f}", (place, top), (0, 3), textcoords="offset points", ha="center", fontsize=7)
    axes.axhline(record.chance, color=BLACK, linewidth=0.8, linestyle=":", zorder=1)
    axes.set_xticks(range(len(LOOKS)), [look["label"] for look in LOOKS.values()])
    axes.grid(visible=False, axis="x")
    axes.set_ylim(0, 1.05)
    axes.set_ylabel("test accuracy")
    title(axes, "a", "six conditions")


def _against(axes, record: Record, metric: str) -> None:
    for name in STUDENTS:
        look = LOOKS[name]
        cosine, accuracy = record.by_seed(metric, name), record.by_seed("test_accuracy", name)
        axes.plot(
            cosine, accuracy.loc[cosine.index], look["marker"], color=look["color"], markerfacecolor="none",
            label=look["label"].replace("-\n", "-").replace("\n", " "),
        )  # fmt: skip
    axes.axvline(0, color=BLACK, linewidth=0.8)
    axes.set_ylim(0, 1.05)
