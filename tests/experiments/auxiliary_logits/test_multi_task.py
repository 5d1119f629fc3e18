"""A teacher of several tasks in the record: every task is judged, theory stands beside, a seed is its own."""

import numpy as np
import pytest

from experiments.auxiliary_logits.common.lessons import TASKS

from ..running import depends_on_its_seed_alone, frame, one
from . import tiny

NAME = "multi_task"
CONFIG = tiny.sweep(NAME, lambda at: at["task"] == "even", seeds=2)
CONDITIONS = ("student_aux", "cross_model_aux")


@pytest.fixture(scope="module")
def rows():
    return frame(NAME, CONFIG)


def test_a_seed_depends_on_nothing_else_and_theory_stands_beside(rows):
    depends_on_its_seed_alone(NAME, CONFIG, rows)
    aligned, control = (one(rows, "displacement cosine", name, imitated="without") for name in CONDITIONS)
    assert (aligned > control.abs()).all()
    assert (one(rows, "predicted slope", "student_aux", imitated="only") > 0).all()
    mean = sum(one(rows, f"balanced accuracy: {task}", "teacher", imitated="only") for task in TASKS) / len(TASKS)
    np.testing.assert_allclose(mean, one(rows, "test_accuracy", "teacher", imitated="only"), rtol=1e-9)
