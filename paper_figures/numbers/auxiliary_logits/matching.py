"""What text says of students that first learn to behave as another network does."""

from __future__ import annotations

import pandas as pd

from ...drawing.reading import Record
from ..words import count, number, power, share, share_plus_minus
from .sweeps import ACCURACY, DISPLACEMENT, STUDENT, points, seeds

BEFORE, DIVERGENCE = "initial accuracy", "initial divergence"
INPUTS = {"noise": "uniform", "images": "images"}
SHARED, NOTHING, REFERENCE = ("shared init", 0), ("nothing", 0), ("images", 256)
ON_NOISE, STRANGER = ("noise", 256), ("stranger", 256)
LEARNT = tuple(("teacher", epochs) for epochs in (1, 4, 16))
ROWS = {
    SHARED: "shared initialisation, no matching",
    NOTHING: "nothing",
    REFERENCE: "reference, on images",
    ON_NOISE: "reference, on noise",
    STRANGER: "a stranger, on images",
    LEARNT[0]: "the trained teacher, on images",
    LEARNT[2]: "the trained teacher, on images",
}
HEAD = """| matched to | epochs | before | after, on noise | after, on images |
|---|---|---|---|---|"""


def _at(record: Record, row: tuple[str, int], inputs: str = "noise", metric: str = ACCURACY) -> pd.Series:
    """By seed, of what the student was matched to and for how many epochs."""
    return seeds(record, STUDENT, metric, inputs=INPUTS[inputs], matched_on=row[0], epochs=row[1])


def matched_students(record: Record) -> dict[str, str]:
    """The table; what matching to the untrained reference brings, and to the trained teacher."""
    along = pd.Series(
        [_at(record, row, inputs, DISPLACEMENT).mean() for row in (REFERENCE, ON_NOISE) for inputs in INPUTS]
    )
    before = {row: _at(record, row, metric=BEFORE) for row in LEARNT}

    def over(other: tuple[str, int], inputs: str) -> str:
        return points(_at(record, REFERENCE, inputs), _at(record, other, inputs))

    return {
        "table": _table(record),
        "divergence": power(_at(record, REFERENCE, "images", DIVERGENCE).mean()),
        "stranger_divergence": number(_at(record, STRANGER, "images", DIVERGENCE).mean()),
        **{f"over_unmatched_{inputs}": over(NOTHING, inputs) for inputs in INPUTS},
        **{f"over_stranger_{inputs}": over(STRANGER, inputs) for inputs in INPUTS},
        "along": number(float(along.abs().max()), 3),
        "costs": ", ".join(points(before[row], _at(record, row), 1) for row in LEARNT),
        "falls": count(pd.concat([_at(record, row) < before[row] for row in LEARNT])),
    }


def _table(record: Record) -> str:
    lines = [HEAD]
    for row, words in ROWS.items():
        epochs, before = ("", "")
        if row not in (SHARED, NOTHING):
            epochs, before = str(row[1]), share(_at(record, row, metric=BEFORE).mean())
        after = (share_plus_minus(_at(record, row, inputs)) for inputs in INPUTS)
        lines.append(" | ".join(("| " + words, epochs, before, *after)) + " |")
    return "\n".join(lines)
