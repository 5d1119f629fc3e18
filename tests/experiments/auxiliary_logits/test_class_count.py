"""Fewer classes: chance rises, the number of teacher's steps stays, and only images of these classes are seen."""

import pytest

from experiments.auxiliary_logits import class_count
from subtheory.setting import data

from ..running import depends_on_its_seed_alone, frame, one
from . import tiny

NAME = "class_count"
CONFIG = tiny.sweep(NAME, lambda at: at["classes"] in (2, 5), seeds=2)


@pytest.fixture(scope="module")
def rows():
    return frame(NAME, CONFIG)


@pytest.mark.slow
def test_a_seed_depends_on_nothing_else_and_accuracy_counts_these_classes(rows):
    depends_on_its_seed_alone(NAME, CONFIG, rows)
    for classes in (2, 5):
        tested = len(data.first_classes(data.digits(), classes).test_labels)
        shares = one(rows, "test_accuracy", "teacher", classes=classes) * tested
        assert (abs(shares - shares.round()) < 1e-6).all()
    assert (one(rows, "test_accuracy", "teacher", classes=2) > 0.9).all()


def test_teachers_take_about_as_many_steps():
    steps = [
        point.changes["teacher_epochs"] * len(data.first_classes(data.digits(), point.at["classes"]).train_labels)
        for point in class_count.POINTS
    ]
    assert max(steps) < 1.07 * min(steps)
