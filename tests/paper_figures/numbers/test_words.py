"""What text says in words of order and size, without a number, holds in the records."""

import pytest

from paper_figures.drawing.reading import read
from paper_figures.numbers.auxiliary_logits.sweeps import (
    DISPLACEMENT,
    FIRST_STEP,
    KL,
    SQUARED,
    means,
)


@pytest.mark.parametrize("loss", [KL, SQUARED])
def test_accuracy_grows_with_every_step_in_the_number_of_logits(loss):
    assert means(read("aux_count"), "auxiliary", loss=loss).is_monotonic_increasing


def test_the_student_gains_at_every_length_while_its_displacement_turns_away():
    record = read("training_length")
    assert means(record, "epochs", trained="student").is_monotonic_increasing
    along = means(record, "epochs", DISPLACEMENT, trained="student")
    assert along.loc[along.idxmax() :].is_monotonic_decreasing


def test_the_first_step_cosine_orders_the_teachers_but_for_the_very_first():
    record = read("training_length")
    cosine, accuracy = (means(record, "epochs", metric, trained="teacher") for metric in (FIRST_STEP, "test_accuracy"))
    assert cosine.is_monotonic_decreasing
    assert accuracy.iloc[1:].is_monotonic_decreasing
    assert accuracy.iloc[0] < accuracy.iloc[1]
