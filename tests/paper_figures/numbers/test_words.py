"""What text says in words of order and size, without a number, holds in the records."""

import itertools

import pytest

from paper_figures.drawing.published import CONDITIONS, comment
from paper_figures.drawing.reading import read
from paper_figures.drawing.summaries import student_interval
from paper_figures.numbers.auxiliary_logits.sweeps import (
    CONTROL,
    DISPLACEMENT,
    FIRST_STEP,
    KL,
    SQUARED,
    means,
    seeds,
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


def test_the_smallest_way_to_another_initialisation_costs_nothing():
    record = read("init_distance")
    tenth, shared = (seeds(record, kind="interpolated", amount=share) for share in (0.1, 0.0))
    assert student_interval(tenth - shared)[1] > 0


def test_along_the_gradient_of_the_smallest_noise_the_student_is_no_better_than_one_from_elsewhere():
    record = read("init_distance")
    along, elsewhere = seeds(record, kind="along", amount=0.01), seeds(record, kind="interpolated", amount=1.0)
    assert student_interval(along - elsewhere)[2] < 0


def test_the_head_costs_more_than_the_first_layer_and_as_much_as_the_second():
    fc1, fc2, head = (seeds(read("init_distance"), kind=kind, amount=0.05) for kind in ("fc1", "fc2", "head"))
    assert student_interval(fc1 - head)[1] > 0
    _, low, high = student_interval(fc2 - head)
    assert low < 0 < high


def test_what_the_channel_does_not_reach_moves_no_cosine():
    """The class head elsewhere: φ and both cosines are the same to the last bit of the record."""
    record = read("shared_layers")
    for loss in (KL, SQUARED):
        for metric in ("inner product", FIRST_STEP, DISPLACEMENT):
            apart, shared = (seeds(record, metric=metric, random=part, loss=loss) for part in ("class head", "nothing"))
            assert (apart == shared).all()


def test_the_first_step_is_the_same_for_all_four_optimisers_of_the_student():
    rows = read("optimisers").values(FIRST_STEP, "student_aux")
    assert (rows.groupby(["seed", "teacher"])["value"].nunique() == 1).all()


def test_every_pair_of_optimisers_carries_something():
    record = read("optimisers")
    for teacher, student in itertools.product(("sgd", "momentum", "adam", "sign"), repeat=2):
        control = seeds(record, CONTROL, teacher=teacher, student=teacher)
        _, low, _ = student_interval(seeds(record, teacher=teacher, student=student) - control)
        assert low > 0, (teacher, student)


def test_wider_is_lower_from_128_units_on_and_higher_up_to_64():
    by_width = means(read("width_depth"), "size", swept="width")
    assert by_width.loc[128:].is_monotonic_decreasing
    assert by_width.loc[:64].is_monotonic_increasing
    assert by_width.loc[64:128].min() > by_width.drop([64, 128]).max()
    assert means(read("width_depth"), "size", swept="depth").is_monotonic_decreasing


def test_convolutional_students_move_more_than_twice_as_faithfully():
    along = means(read("cnn_students"), "network", DISPLACEMENT)
    assert along.drop("mlp 256-256").min() > 2 * along["mlp 256-256"]


def test_with_all_units_scrambled_next_to_nothing_is_left():
    _, _, high = student_interval(seeds(read("permuted_students"), "scrambled_aux", share=1.0))
    assert high < 0.16


def test_squared_error_raises_accuracy_under_every_choice_and_the_slowest_has_the_largest_cosine():
    record = read("replication_gap")
    squared, kl = (means(record, "choice", loss=loss) for loss in (SQUARED, KL))
    assert (squared > kl).all()
    cosine = means(record, "choice", FIRST_STEP, loss=SQUARED)
    assert cosine.idxmax() == squared.idxmin() == "rate 1e-4"
    _, _, high = student_interval(
        seeds(record, choice="init variance 1/3", loss=SQUARED) - seeds(record, choice="the paper's", loss=SQUARED)
    )
    assert high < 0


def test_two_kinds_of_published_numbers_do_not_reproduce():
    record = read("published_numbers")
    comments = {row.preset: comment(record, row) for row in CONDITIONS if row.condition == "student_aux"}
    numbers = {row.preset for row in CONDITIONS if row.number is not None and row.condition == "student_aux"}
    assert {preset for preset in numbers if comments[preset] != "agrees"} == {"squared error", "one layer, m=10"}
    accuracies = means(record, "preset")
    assert accuracies["one layer, m=10"] - 0.871 < 0.03  # a little more than was published
    for part in ("random fc1", "random fc2", "random class head"):
        assert abs(accuracies[part] - 0.1) < 0.03 < 0.1 < accuracies["random auxiliary head"] - accuracies[part]
    assert comments["one layer, m=1"] == "the reference in every seed"


def test_sampled_labels_have_the_full_distribution_s_first_step_cosine():
    record = read("imitation_loss")
    sampled, full = (
        seeds(record, metric=FIRST_STEP, loss=loss) for loss in ("sampled labels", "softmax cross-entropy")
    )
    assert (sampled == full).all()


def test_few_classes_are_learnt_entirely_and_the_control_stays_at_chance():
    record = read("class_count")
    assert (seeds(record, classes=2) == seeds(record, "teacher", classes=2)).sum() >= 19
    for classes in (2, 3, 4, 5, 7, 10):
        _, low, high = student_interval(seeds(record, CONTROL, classes=classes))
        assert low < 1 / classes < high
    assert means(record, "classes").is_monotonic_decreasing


def test_matching_to_the_reference_brings_nothing():
    record = read("matched_students")
    for inputs, (matched, epochs) in itertools.product(("uniform", "images"), (("nothing", 0), ("stranger", 256))):
        after, other = (
            seeds(record, inputs=inputs, matched_on=one, epochs=length)
            for one, length in (("images", 256), (matched, epochs))
        )
        _, low, high = student_interval(after - other)
        assert low < 0 < high
