"""Matched students in the record: how far they are from the reference is known before they imitate anything else."""

import pytest

from ..running import depends_on_its_seed_alone, frame, one
from . import tiny

NAME = "matched_students"
CONFIG = tiny.sweep(
    NAME, lambda at: at["inputs"] == "uniform" and (at["matched_on"], at["epochs"]) in (("nothing", 0), ("images", 4)),
    seeds=2,
)  # fmt: skip


@pytest.mark.slow
def test_a_seed_depends_on_nothing_else():
    rows = frame(NAME, CONFIG)
    depends_on_its_seed_alone(NAME, CONFIG, rows)
    assert (one(rows, "initial divergence", "student_aux", epochs=4) > 0).all()
    assert set(rows[rows["metric"] == "initial divergence"]["epochs"]) == {4}
