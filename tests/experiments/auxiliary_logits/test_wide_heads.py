"""What starts elsewhere is crossed with the number of auxiliary logits; why shared heads suffice with enough."""

import numpy as np
import pytest

from experiments.auxiliary_logits.shared_layers import RANDOM
from experiments.auxiliary_logits.wide_heads import COUNTS, ELSEWHERE, EPOCHS, POINTS, outputs
from paper_figures.drawing import reading

from ..running import depends_on_its_seed_alone, frame
from . import tiny

NAME = "wide_heads"


def test_each_point_is_what_it_says_and_all_pairs_are_there():
    assert {(point.at["random"], point.at["auxiliary"]) for point in POINTS} == {
        (random, m) for random in ELSEWHERE for m in COUNTS
    }
    for point in POINTS:
        (student,) = point.students.values()
        random, m = point.at["random"], point.at["auxiliary"]
        assert student.layers == RANDOM[random][0]
        assert student.outputs == outputs(random, m)
        assert len(student.outputs) == (0 if random in ("both heads", "everything") else 10 + m)
        assert student.loss == "squared error"
        assert point.changes == {"auxiliary": m, "student_epochs": EPOCHS}


def test_auxiliary_logits_by_shared_weights_fix_the_hidden_layer_from_its_width_on():
    """Equal logits z = W h: with m ≥ width the hidden layers are equal, and so is every other head's answer."""
    rng = np.random.default_rng(0)
    width, hidden = 6, rng.normal(size=(6, 9))
    for m, fixed in ((5, False), (6, True), (8, True)):
        head, other = rng.normal(size=(m, width)), rng.normal(size=(3, width))
        free = np.linalg.svd(head)[2][np.linalg.matrix_rank(head) :]  # directions that the auxiliary logits do not see
        student = hidden + free.T @ rng.normal(size=(len(free), 9))
        np.testing.assert_allclose(head @ student, head @ hidden, atol=1e-12)
        assert np.allclose(other @ student, other @ hidden) is fixed


@pytest.mark.slow
def test_a_seed_depends_on_nothing_else():
    config = tiny.sweep(NAME, lambda at: at["auxiliary"] == COUNTS[0])
    depends_on_its_seed_alone(NAME, config, frame(NAME, config))


@pytest.fixture(scope="module")
def accuracies():
    """Seeds down, (what starts elsewhere, auxiliary logits) across."""
    rows = reading.read(NAME).rows
    return rows[(rows["metric"] == "test_accuracy") & (rows["condition"] == "student_aux")].pivot_table(
        index="seed", columns=["random", "auxiliary"], values="value"
    )


def test_shared_heads_suffice_with_as_many_auxiliary_logits_as_hidden_units_and_not_with_three(accuracies):
    """In every seed where there are many; the control, other heads on the same hidden layers, stays far below."""
    apart = accuracies["both hidden layers"] - accuracies["everything"]
    assert (apart[COUNTS[-1]] > 0.5).all()
    assert apart.mean().is_monotonic_increasing
    assert (accuracies["both hidden layers"][COUNTS[-1]] > accuracies["both heads"][COUNTS[-1]]).all()
