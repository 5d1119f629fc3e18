"""What starts elsewhere is crossed with the number of epochs; the committed record by seed."""

import pytest

from experiments.auxiliary_logits.shared_heads import ELSEWHERE, EPOCHS, POINTS
from experiments.auxiliary_logits.shared_layers import RANDOM

from ..running import depends_on_its_seed_alone, frame
from . import tiny

NAME = "shared_heads"


def test_each_point_is_what_it_says_and_all_pairs_are_there():
    assert {(point.at["random"], point.at["epochs"]) for point in POINTS} == {(r, e) for r in ELSEWHERE for e in EPOCHS}
    for point in POINTS:
        (student,) = point.students.values()
        assert (student.layers, student.outputs) == RANDOM[point.at["random"]]
        assert student.loss == "squared error"
        assert point.changes == {"student_epochs": point.at["epochs"]}


@pytest.mark.slow
def test_a_seed_depends_on_nothing_else():
    config = tiny.sweep(NAME, lambda at: at["epochs"] == EPOCHS[0])
    depends_on_its_seed_alone(NAME, config, frame(NAME, config))
