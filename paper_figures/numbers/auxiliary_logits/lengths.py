"""What text says of how teacher and student are trained: how long, and by which optimiser."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

from ...drawing.reading import Record
from ..holm import p_of
from ..words import number, p_words, percent, plus_minus, share
from .sweeps import (
    ACCURACY,
    CONTROL,
    DISPLACEMENT,
    DISTANCE,
    FIRST_STEP,
    SLOPE,
    accuracy,
    means,
    order,
    points,
    seeds,
    span,
)


def training_length(record: Record) -> dict[str, str]:
    """Accuracy and cosines against the epochs of the teacher, and of the student."""
    by_teacher, by_student = (means(record, "epochs", trained=who) for who in ("teacher", "student"))
    cosine, slope = (means(record, "epochs", metric, trained="teacher") for metric in (FIRST_STEP, SLOPE))
    along = means(record, "epochs", DISPLACEMENT, trained="student")
    best, longest = by_teacher.idxmax(), by_teacher.index.max()
    young, old = ({"trained": "teacher", "epochs": epochs} for epochs in (best, longest))
    return {
        "best": f"{best}",
        "longest": f"{longest}",
        "young_teacher": accuracy(record, "teacher", **young),
        "young": accuracy(record, **young),
        "old_teacher": accuracy(record, "teacher", **old),
        "old": accuracy(record, **old),
        "young_over_old": points(seeds(record, **young), seeds(record, **old)),
        "cosine_first": share(cosine.iloc[0]),
        "cosine_last": share(cosine.iloc[-1]),
        "cosine_order": order(record, "epochs", FIRST_STEP, trained="teacher"),
        "slope_order": order(record, "epochs", SLOPE, trained="teacher"),
        "slope_grows": number(slope.iloc[-1] / slope.iloc[0], 1),
        "student_first": percent(by_student.iloc[0]),
        "student_last": percent(by_student.iloc[-1]),
        "along_turns": f"{along.idxmax()}",
    }


def optimisers(record: Record) -> dict[str, str]:
    """Every pair of the teacher's and the student's optimiser; what the teacher's changes, within a seed."""
    kinds = ("sgd", "momentum", "adam", "sign")

    def by(teacher: str, student: str, metric: str = ACCURACY) -> pd.Series:
        return seeds(record, metric=metric, teacher=teacher, student=student)

    def students(*names: str) -> pd.Series:
        return pd.concat([means(record, "teacher", student=name) for name in names])

    teachers = [by(a, one) - by(b, one) for one in kinds for a, b in itertools.combinations(kinds, 2)]
    p = [p_of(one) for one in teachers]
    least = teachers[int(np.argmin(p))]
    return {
        "descent": percent(by("sgd", "sgd").mean()),
        "control": accuracy(record, CONTROL, teacher="sgd", student="sgd"),
        "descent_gain": points(by("sgd", "sgd"), seeds(record, CONTROL, teacher="sgd", student="sgd")),
        **{name: span(students(name)) for name in ("adam", "sign")},
        "slow": span(students("sgd", "momentum")),
        "comparisons": f"{len(teachers)}",
        "largest_difference": number(100 * max(abs(one.mean()) for one in teachers), 1),
        "surest_difference": plus_minus(least * np.sign(least.mean()), 1, 100),
        "surest_p": p_words(min(1.0, len(p) * min(p))),
        "descent_moves": number(by("sgd", "sgd", DISTANCE).mean()),
        "adam_moves": number(by("sgd", "adam", DISTANCE).mean()),
        "descent_cosine": number(by("sgd", "sgd", DISPLACEMENT).mean()),
        "adam_cosine": number(by("sgd", "adam", DISPLACEMENT).mean()),
        "cosine_lacks": plus_minus(by("sgd", "adam", DISPLACEMENT) - by("sgd", "sgd", DISPLACEMENT), 3),
        "cosine_lacks_adam": plus_minus(by("adam", "adam", DISPLACEMENT) - by("adam", "sgd", DISPLACEMENT), 3),
    }
