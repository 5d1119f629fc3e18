"""The contrasts of the sweeps that were fixed before any of their test seeds was run, in one table, as one family."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ...drawing.reading import Record
from ..favourites import equivalent_to_nothing
from ..holm import holm, p_of
from ..words import count, number, p_words, plus_minus, table
from .sweeps import CONTROL, KL, SQUARED, STUDENT, seeds
from .tasks import AREA, TASKS

LEVEL = 0.05
HEAD = ("sweep", "preregistered contrast", "points", "p, by Holm's rule", "margin, points")


@dataclass(frozen=True)
class Contrast:
    """One accuracy less another, by seed.

    Attributes:
        words: what it is.
        first: sweep column → value, and the condition where it is not ``student_aux``.
        second: the same of what is taken away, or a number.
        margin: of the equivalence to nothing that is tested; a mean that is not zero if absent.
        tasks: those whose areas under the curve stand, by their mean, in the place of the accuracy.
    """

    words: str
    first: Mapping[str, Any]
    second: Mapping[str, Any] | float
    margin: float | None = None
    tasks: tuple[str, ...] = ()


CONTROLLED = {"condition": CONTROL}
PRIMARY = {
    "mnist_aux_logits": Contrast("student − control", {}, CONTROLLED),
    "aux_count": Contrast(
        "ten auxiliary logits − three, KL", {"auxiliary": 10, "loss": KL}, {"auxiliary": 3, "loss": KL}
    ),
    "training_length": Contrast(
        "teacher of 5 epochs − of 100", {"trained": "teacher", "epochs": 5}, {"trained": "teacher", "epochs": 100}
    ),
    "init_distance": Contrast(
        "0.4 of the way to another initialisation − all of it",
        {"kind": "interpolated", "amount": 0.4}, {"kind": "interpolated", "amount": 1.0},
    ),
    "width_depth": Contrast("128 units − 16", {"swept": "width", "size": 128}, {"swept": "width", "size": 16}),
    "shared_layers": Contrast(
        "auxiliary head elsewhere − everything, KL",
        {"random": "auxiliary head", "loss": KL}, {"random": "everything", "loss": KL},
    ),
    "optimisers": Contrast(
        "student − control, both teacher and student by gradient descent",
        {"teacher": "sgd", "student": "sgd"}, {"teacher": "sgd", "student": "sgd"} | CONTROLLED,
    ),
    "shared_heads": Contrast(
        "both hidden layers elsewhere − both heads elsewhere, 120 epochs",
        {"random": "both hidden layers", "epochs": 120}, {"random": "both heads", "epochs": 120},
    ),
    "wide_heads": Contrast(
        "both hidden layers elsewhere − everything, 256 auxiliary logits",
        {"random": "both hidden layers", "auxiliary": 256}, {"random": "everything", "auxiliary": 256},
    ),
    "preconditioners": Contrast(
        "student − control, gradient descent at its full rate",
        {"power": 0.0, "rate": 1.0}, {"power": 0.0, "rate": 1.0} | CONTROLLED,
    ),
    "replication_gap": Contrast(
        "squared error − KL, the paper's protocol",
        {"choice": "the paper's", "loss": SQUARED}, {"choice": "the paper's", "loss": KL},
    ),
    "published_lengths": Contrast(
        "40 epochs of the student − one", {"preset": "student epochs 40"}, {"preset": "student epochs 1"}
    ),
    "published_numbers": Contrast("squared error − the published .271", {"preset": "squared error"}, 0.271),
    "imitation_loss": Contrast(
        "student − control, sampled labels", {"loss": "sampled labels"}, {"loss": "sampled labels"} | CONTROLLED
    ),
    "student_inputs": Contrast(
        "student − control, real images", {"inputs": "images"}, {"inputs": "images"} | CONTROLLED
    ),
    "permuted_students": Contrast(
        "all hidden units permuted − none", {"share": 1.0}, {"share": 0.0}, margin=0.02
    ),
    "cnn_students": Contrast("16 and 32 channels − 4 and 8", {"network": "cnn 16-32"}, {"network": "cnn 4-8"}),
    "class_count": Contrast("seven classes − ten", {"classes": 7}, {"classes": 10}),
    "multi_task": Contrast(
        "student − control, area of the task left out, mean over tasks",
        {"imitated": "without"}, {"imitated": "without"} | CONTROLLED, tasks=TASKS,
    ),
    "matched_students": Contrast(
        "matched to the reference − unmatched, on noise",
        {"inputs": "uniform", "matched_on": "images", "epochs": 256},
        {"inputs": "uniform", "matched_on": "nothing", "epochs": 0},
        margin=0.05,
    ),
}  # fmt: skip
"""As the experiments' ``PREREGISTRATION`` says; a test compares seeds and margins."""


def sweeps(records: Mapping[str, Record]) -> dict[str, str]:
    """A row per sweep: the contrast with its interval, and its p-value as one of this family."""
    found = {name: contrast_of(record) for name, record in records.items()}
    adjusted = holm({name: _asked_p(name, values) for name, values in found.items()})
    rows = [
        (
            f"{{ref}}`{name} <{name}>`", PRIMARY[name].words, plus_minus(values, 1, 100), p_words(adjusted[name]),
            "" if (margin := PRIMARY[name].margin) is None else number(100 * margin, 0),
        )
        for name, values in found.items()
    ]  # fmt: skip
    return {"table": table(HEAD, rows), "held": count(pd.Series(adjusted) < LEVEL)}


def contrast_of(record: Record) -> pd.Series:
    """A sweep's preregistered contrast, by seed."""
    asked = PRIMARY[record.name]
    second = asked.second
    taken = second if isinstance(second, int | float) else _at(record, asked.tasks, **second)
    return _at(record, asked.tasks, **asked.first) - taken


def _at(record: Record, tasks: tuple[str, ...], condition: str = STUDENT, **where: Any) -> pd.Series:
    """Accuracy by seed; or the mean over tasks of the area under the curve of the one that is named."""
    if not tasks:
        return seeds(record, condition, **where)
    areas = [seeds(record, condition, f"{AREA}: {task}", task=task, **where) for task in tasks]
    return pd.DataFrame(areas).mean()


def _asked_p(name: str, values: pd.Series) -> float:
    """Student's two-sided test of mean zero; or of equivalence to nothing, where that was asked."""
    margin = PRIMARY[name].margin
    return p_of(values) if margin is None else equivalent_to_nothing(values, margin)
