"""What text says of what the teacher was taught: more or fewer classes, several tasks."""

from __future__ import annotations

import itertools

import pandas as pd

from ...drawing.reading import Record
from ..words import count, number, percent, plus_minus
from .sweeps import CONTROL, DISPLACEMENT, FIRST_STEP, STUDENT, means, order, seeds, span

TASKS: tuple[str, ...] = ("at least five", "even", "prime", "multiple of three", "power of two")
AREA, BALANCED = "area", "balanced accuracy"


def class_count(record: Record) -> dict[str, str]:
    """Accuracy and cosines by the number of classes."""
    accuracies, along = (means(record, "classes", metric) for metric in ("test_accuracy", DISPLACEMENT))
    return {
        "as_good": count(seeds(record, classes=2) == seeds(record, "teacher", classes=2)),
        **{f"of_{classes}": percent(accuracies[classes]) for classes in (2, 4, 7, 10)},
        "teachers": percent(means(record, "classes", condition="teacher").min(), 1),
        "along_first": number(along.iloc[0]),
        "along_last": number(along.iloc[-1]),
        "along_order": order(record, "classes", DISPLACEMENT),
        "first_step": span(means(record, "classes", FIRST_STEP), lambda value: number(value, 3)),
        "first_step_order": order(record, "classes", FIRST_STEP),
    }


def multi_task(record: Record) -> dict[str, str]:
    """What students of all tasks but one, and of one task alone, know of the others."""

    def by_seed(what: str, condition: str, imitated: str, pairs: list[tuple[str, str]]) -> pd.DataFrame:
        """Seeds down, pairs of (the task named in the record, the task judged) across."""
        return pd.DataFrame({
            pair: seeds(record, condition, f"{what}: {pair[1]}", imitated=imitated, task=pair[0]) for pair in pairs
        })  # fmt: skip

    left_out, others = [(task, task) for task in TASKS], list(itertools.permutations(TASKS, 2))
    open_areas = [by_seed(AREA, condition, "only", left_out) for condition in (STUDENT, CONTROL)]
    found = {"open": number(min(float(one.mean().min()) for one in open_areas))}
    areas = {}
    for key, condition in (("same", STUDENT), ("other", CONTROL)):
        areas[key] = by_seed(AREA, condition, "without", left_out)
        found[f"{key}_area"] = span(areas[key].mean(), number)
        found[f"{key}_balanced"] = span(by_seed(BALANCED, condition, "without", left_out).mean())
        found[f"{key}_alone"] = _plus_minus_seeds(by_seed(AREA, condition, "only", others))
        found[f"{key}_alone_balanced"] = _plus_minus_seeds(by_seed(BALANCED, condition, "only", others), 100)
    return found | {"larger": count(pd.Series((areas["same"] > areas["other"]).to_numpy().ravel()))}


def _plus_minus_seeds(table: pd.DataFrame, scale: float = 1.0) -> str:
    """The mean over pairs of tasks of every seed, then over seeds."""
    return plus_minus(table.mean(axis=1), 2 if scale == 1 else 0, scale)
