"""One auxiliary logit is exactly nothing under a softmax, whatever the optimiser, and a channel under squared error."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import subtheory as st
from experiments.auxiliary_logits import aux_count
from subtheory.simulation.distillation import Imitation, distil_students
from subtheory.simulation.optimisers import OPTIMISERS
from subtheory.simulation.training import Schedule

from ..running import depends_on_its_seed_alone, frame, one
from . import tiny

NAME = "aux_count"
CONFIG = tiny.sweep(NAME, lambda at: at["auxiliary"] in (1, 3))


@pytest.fixture(scope="module")
def rows():
    return frame(NAME, CONFIG)


@pytest.mark.slow
def test_a_seed_depends_on_nothing_else(rows):
    depends_on_its_seed_alone(NAME, CONFIG, rows)


@pytest.mark.parametrize(("loss", "auxiliary", "null"), [
    ("forward KL", 1, True), ("squared error", 1, False), ("forward KL", 3, False),
])  # fmt: skip
def test_one_logit_is_null_under_softmax_only(rows, loss, auxiliary, null):
    part = rows[(rows["loss"] == loss) & (rows["auxiliary"] == auxiliary)]
    moved, slope = one(part, "displacement ratio", "student_aux"), one(part, "predicted slope", "student_aux")
    assert (moved == 0).all() if null else (moved > 0).all()
    assert (slope == 0).all() if null else (slope > 0).all()
    same = one(part, "test_accuracy", "student_aux") == one(part, "test_accuracy", "reference")
    assert same.all() if null else not same.all()


@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize(("loss", "null"), [(st.losses.forward_kl, True), (st.losses.squared_error, False)])
def test_bit_for_bit_with_every_optimiser(optimiser, loss, null):
    model = st.models.mlp((6, 8, 5), "relu")
    params, inputs = model.init(jax.random.key(0)), jax.random.normal(jax.random.key(1), (40, 6))
    targets = 3 * jax.random.normal(jax.random.key(2), (40, 5))
    trained, _ = distil_students(
        model.apply, targets, {"student": params}, {"student": Imitation(loss, slice(4, 5))}, inputs,
        Schedule(OPTIMISERS[optimiser](0.1), 16, 3), jax.random.key(3),
    )  # fmt: skip
    pairs = zip(jax.tree.leaves(params), jax.tree.leaves(trained["student"]), strict=True)
    same = [bool(jnp.array_equal(before, after)) for before, after in pairs]
    assert all(same) is null


def test_the_sweep_is_paired_and_starts_at_one():
    assert {point.at["loss"] for point in aux_count.POINTS} == {"forward KL", "squared error"}
    assert min(point.at["auxiliary"] for point in aux_count.POINTS) == 1
    for point in aux_count.POINTS:
        assert {student.loss for student in point.students.values()} == {point.at["loss"]}
        assert point.changes == {"auxiliary": point.at["auxiliary"]}
    assert np.isfinite([point.at["auxiliary"] for point in aux_count.POINTS]).all()
