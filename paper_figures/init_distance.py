"""Figure of the distance between the two initialisations: on the way to another one, and noise of several kinds."""

from __future__ import annotations

from matplotlib.figure import Figure

from .reading import Record
from .style import GREY, LOOKS, house_style, panels, title
from .sweep_panels import METRICS, TEACHER, Series, against_numbers, against_theory

COLUMNS = ("kind", "amount")

CAPTION = (
    "How far from the teacher's initialisation a student may start: digits, 10 seeds, network 64-256-256-13, three "
    "auxiliary logits, 8192 uniform noise images, 15 epochs. (a) At (1 − t)·shared + t·independent. (b) At the shared "
    "initialisation plus Gaussian noise of standard deviation σ: on all parameters, on one layer, on all but "
    "orthogonal to the gradient of the teacher's loss; or as far up that gradient as the noise goes. Test accuracy, "
    "mean with its 95 % bootstrap interval over seeds; dotted, chance. (c) The same means against the cosine of the "
    "student's first step with the teacher's displacement, and (d) against that of the student's whole displacement; ρ "
    "is the rank correlation along each curve."
)

INTERPOLATED = Series("interpolated", where={"kind": "interpolated"}, look={**LOOKS[6], "markersize": 3})
NAMES = {
    "whole network": "noise, all layers", "orthogonal": "⊥ gradient", "fc1": "first layer", "fc2": "second layer",
    "head": "head", "along": "along the gradient",
}  # fmt: skip
NOISY = [
    Series(label, where={"kind": kind}, look={**look, "markersize": 3.5})
    for (kind, label), look in zip(NAMES.items(), LOOKS, strict=False)
]


def draw(record: Record) -> Figure:
    """Two kinds of distance above, two cosines below."""
    with house_style():
        figure, (mixed, noisy, coverage, after) = panels(2, 2, 5.6)
        teacher = Series("teacher", "teacher", {"kind": "interpolated"}, TEACHER, predicted=False)
        against_numbers(mixed, record, "amount", [INTERPOLATED, teacher], "share t of the independent init", "linear")
        title(mixed, "a", "interpolation")
        against_numbers(noisy, record, "amount", NOISY, "σ of the noise")
        base = record.by_seed("test_accuracy", "student_aux", kind="interpolated", amount=0.0).mean()
        noisy.axhline(base, color=GREY, linewidth=0.9, label="no noise")
        title(noisy, "b", "noise")
        for letter, axes, metric in zip(
            "cd", (coverage, after), ("first update cosine", "displacement cosine"), strict=True
        ):
            against_theory(axes, record, "amount", [INTERPOLATED, *NOISY], metric)
            axes.set_ylabel("test accuracy")
            title(axes, letter, METRICS[metric][0])
        (lines, words), (more, others) = mixed.get_legend_handles_labels(), noisy.get_legend_handles_labels()
        figure.legend([*lines, *more], [*words, *others], loc="outside lower center", ncols=5)
    return figure
