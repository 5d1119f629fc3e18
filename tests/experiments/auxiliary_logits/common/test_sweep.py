"""A sweep as data: what it refuses, how points share a teacher, and that a point's numbers are its own."""

from dataclasses import replace

import pandas as pd
import pytest

from experiments.auxiliary_logits.common.protocol import Student
from experiments.auxiliary_logits.common.sweep import Point, Sweep, pair, run_chunk

from ...running import digits64
from .. import tiny

POINTS = (
    Point({"temperature": 1.0}),
    Point({"temperature": 3.0}, pair(loss="softmax cross-entropy at temperature 3")),
    Point({"temperature": 0.0}, {"student_aux": Student()}, {"auxiliary": 5}),
)
SWEEP = Sweep(2, POINTS, digits=tiny.PROTOCOL)


def rows(sweep, seed=0):
    return pd.DataFrame(run_chunk(sweep, seed, digits64()))


@pytest.fixture(scope="module")
def both():
    return rows(SWEEP)


def values(frame, temperature, condition):
    part = frame[(frame["temperature"] == temperature) & (frame["condition"] == condition)]
    return dict(zip(part["metric"], part["value"], strict=True))


def test_rows_come_point_by_point_each_with_reference_and_teacher(both):
    assert list(both.columns) == ["seed", "condition", "metric", "value", "temperature"]
    accuracies = both[both["metric"] == "test_accuracy"]
    conditions = ["reference", "teacher", "student_aux", "cross_model_aux"]
    assert list(accuracies["condition"]) == [*conditions, *conditions, *conditions[:3]]
    assert list(accuracies["temperature"]) == [1.0] * 4 + [3.0] * 4 + [0.0] * 3


def test_points_of_one_protocol_share_a_teacher_and_other_points_do_not(both):
    assert values(both, 1.0, "teacher") == values(both, 3.0, "teacher")
    assert values(both, 1.0, "student_aux") != values(both, 3.0, "student_aux")
    assert values(both, 1.0, "student_aux") != values(both, 0.0, "student_aux")


def test_a_point_has_the_numbers_it_has_alone(both):
    alone = rows(replace(SWEEP, points=POINTS[:1]))
    there = both[both["temperature"] == 1.0].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, there, check_exact=False, rtol=1e-9, atol=1e-12)


def test_the_control_differs_by_its_init_alone():
    students = pair(loss="squared error")
    assert replace(students["cross_model_aux"], init="shared") == students["student_aux"]
    assert students["cross_model_aux"].init == "independent"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (
            lambda: Point({"m": 1}, changes={"auxilary": 1}),
            "unknown field of the protocol 'auxilary': did you mean 'aux",
        ),
        (lambda: Point({"value": 1}), "got a sweep column 'value'; expected columns other than seed, condition"),
        (lambda: Point({}), "got columns [] and 2 students; expected"),
        (lambda: Point({"m": 1}, {}), "got columns ['m'] and 0 students; expected"),
        (lambda: Sweep(1, ()), "the points have the columns []; expected the same columns"),
        (lambda: Sweep(1, (Point({"m": 1}), Point({"k": 1}))), "the points have the columns [('k',), ('m',)]"),
        (lambda: Sweep(1, (Point({"m": 1}), Point({"m": 1}))), "two points are at (1,); expected every point at a"),
    ],
)
def test_what_makes_no_sweep_is_one_sentence(make, words):
    with pytest.raises(ValueError, match="expected|unknown") as error:
        make()
    assert words in str(error.value)
