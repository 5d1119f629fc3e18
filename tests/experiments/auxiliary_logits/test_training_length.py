"""Epochs are what is swept, of the teacher or of the student; a student that is not trained stays where it is."""

from dataclasses import replace

import pytest

from experiments.auxiliary_logits.common.sweep import Point
from experiments.auxiliary_logits.training_length import POINTS

from ..running import depends_on_its_seed_alone, frame, one
from . import tiny

NAME = "training_length"


def test_each_point_changes_the_epochs_it_names_alone():
    for point in POINTS:
        assert point.changes == {f"{point.at['trained']}_epochs": point.at["epochs"]}


@pytest.mark.slow
def test_a_seed_depends_on_nothing_else():
    config = tiny.sweep(NAME, lambda at: at["epochs"] == 1)
    depends_on_its_seed_alone(NAME, config, frame(NAME, config))


def test_without_an_epoch_the_student_is_its_init_bit_for_bit():
    config = replace(
        tiny.sweep(NAME), seeds=1, points=(Point({"trained": "student", "epochs": 0}, changes={"student_epochs": 0}),)
    )
    rows = frame(NAME, config)
    assert (one(rows, "displacement ratio", "student_aux") == 0).all()
    assert (one(rows, "predicted slope", "student_aux") > 0).all()
    assert (one(rows, "test_accuracy", "student_aux") == one(rows, "test_accuracy", "reference")).all()
