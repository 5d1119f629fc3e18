"""What text says of how teacher and student are trained: how long, and by which optimiser."""

from __future__ import annotations

from ...drawing.reading import Record
from ..words import number, percent, share
from .sweeps import DISPLACEMENT, FIRST_STEP, SLOPE, accuracy, means, order, points, seeds


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
