"""Figure of the distance between the two initialisations: on the way to another one, and noise of several kinds."""

from __future__ import annotations

from matplotlib.figure import Figure

from ..drawing.reading import Record
from ..drawing.style import LOOKS
from ..drawing.sweep_panels import TEACHER, Series, Sweep, two_sweeps

COLUMNS = ("kind", "amount")

CAPTION = (
    "How far from the teacher's initialisation a student may start: digits, 20 seeds, network 64-256-256-13, three "
    "auxiliary logits, 8192 uniform noise images, 15 epochs. (a) At (1 − t)·shared + t·independent. (b) At the shared "
    "initialisation plus Gaussian noise of standard deviation σ: on all parameters, on one layer, on all but "
    "orthogonal to the gradient of the teacher's loss; or as far up that gradient as the noise goes. Test accuracy, "
    "mean with its 95 % bootstrap interval over seeds; dotted, chance. (c) The same means against the cosine of the "
    "student's first step with the teacher's displacement, and (d) against that of the student's whole displacement; ρ "
    "is the rank correlation along each curve."
)

LOOK = {name: {**look, "markersize": 3.5} for name, look in zip("abcdefg", LOOKS, strict=False)}
INTERPOLATED = (
    Series("interpolated", where={"kind": "interpolated"}, look=LOOK["g"]),
    Series("teacher", "teacher", {"kind": "interpolated"}, TEACHER, predicted=False),
)
NOISY = tuple(
    Series(label, where={"kind": kind}, look=look)
    for kind, label, look in (
        ("whole network", "noise, all layers", LOOK["a"]),
        ("orthogonal", "⊥ gradient", LOOK["b"]),
        ("fc1", "first layer", LOOK["c"]),
        ("fc2", "second layer", LOOK["d"]),
        ("head", "head", LOOK["e"]),
        ("along", "along the gradient", LOOK["f"]),
    )
)
KNOWN = {"kind": tuple(one.where["kind"] for one in (*INTERPOLATED, *NOISY))}


def draw(record: Record) -> Figure:
    """Two kinds of distance above, two cosines below."""
    return two_sweeps(
        record,
        Sweep("interpolation", "amount", INTERPOLATED, "share t of the independent init", "linear"),
        Sweep("noise", "amount", NOISY, "σ of the noise"),
        legend="upper left",
    )
