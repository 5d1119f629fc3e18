"""A permuted student is the shared student in another order, from start to end; a scrambled one is not (T13)."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import subtheory as st
from experiments.auxiliary_logits.common.protocol import Student
from subtheory._keys import key_for
from subtheory.setting import init
from subtheory.simulation.distillation import Imitation, distil_students
from subtheory.simulation.training import Schedule

from ...tolerances import exact
from ..running import depends_on_its_seed_alone, frame, one, table
from . import tiny

NAME = "permuted_students"
CONFIG = tiny.sweep(NAME, lambda at: at["share"] in (0.0, 0.5, 1.0))
MODEL = st.models.mlp((6, 12, 10, 5), "relu")
KEY = key_for(0, "student noise")


@pytest.fixture(scope="module")
def rows():
    return frame(NAME, CONFIG)


@pytest.mark.slow
def test_a_seed_depends_on_nothing_else(rows):
    depends_on_its_seed_alone(NAME, CONFIG, rows)


def test_permuted_students_learn_the_same_and_only_aligned_coordinates_show_it(rows):
    accuracy = table(rows, "test_accuracy", "student_aux", "share")
    assert (accuracy == accuracy.loc[0.0]).all(axis=None)
    aligned = table(rows, "aligned displacement cosine", "student_aux", "share")
    raw = table(rows, "displacement cosine", "student_aux", "share")
    np.testing.assert_allclose(aligned, np.broadcast_to(raw.loc[0.0], aligned.shape), rtol=1e-9)
    assert (raw.loc[1.0] < 0.5 * raw.loc[0.0]).all()
    scrambled = table(rows, "displacement cosine", "scrambled_aux", "share")
    np.testing.assert_allclose(scrambled.loc[0.0], raw.loc[0.0], rtol=1e-9)
    assert (scrambled.loc[1.0] < 0.5 * raw.loc[0.0]).all()
    assert not one(rows, "test_accuracy", "scrambled_aux", share=1.0).equals(accuracy.loc[1.0])


@pytest.mark.parametrize("optimiser", ["sgd", "adam"])
@pytest.mark.parametrize(("kind", "same"), [("permuted", True), ("scrambled", False)])
def test_after_undoing_the_permutation_the_trained_student_is_the_shared_one(optimiser, kind, same):
    from subtheory.simulation.optimisers import OPTIMISERS

    shared, other = MODEL.init(jax.random.key(0)), MODEL.init(jax.random.key(1))
    inputs = jax.random.normal(jax.random.key(2), (40, 6))
    student = Student(init=kind, amount=1.0)
    starts = {"shared": shared, "moved": student.start(shared, other, KEY)}
    trained, _ = distil_students(
        MODEL.apply, MODEL.apply(other, inputs), starts,
        dict.fromkeys(starts, Imitation(st.losses.forward_kl, slice(2, 5))), inputs,
        Schedule(OPTIMISERS[optimiser](0.01), 16, 5), jax.random.key(3),
    )  # fmt: skip
    back = student.undone(trained["moved"], shared, KEY)
    gaps = jax.tree.map(lambda a, b: float(jnp.max(jnp.abs(a - b))), back, trained["shared"])
    moved = jax.tree.map(lambda a, b: float(jnp.max(jnp.abs(a - b))), trained["shared"], shared)
    assert min(jax.tree.leaves(moved)) > 1e-3
    assert (max(jax.tree.leaves(gaps)) < 1e-10) is same  # Adam divides by roots, which roughens rounding


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_the_share_is_moved_and_no_unit_of_it_stays(share):
    params = MODEL.init(jax.random.key(0))
    orders = init.some_permuted(params, KEY, share)
    assert [int(np.sum(np.asarray(order) != np.arange(len(order)))) for order in orders] == [
        round(share * 12),
        round(share * 10),
    ]
    inputs = jax.random.normal(jax.random.key(2), (7, 6))
    exact(MODEL.apply(init.permuted(params, orders), inputs), MODEL.apply(params, inputs))
    exact(init.aligned(init.permuted(params, orders), orders), params)
    scrambled = init.scrambled(params, orders)
    assert bool(jnp.allclose(MODEL.apply(scrambled, inputs), MODEL.apply(params, inputs))) is (share == 0)
    for layer in (0, 1, 2):
        ours, theirs = (np.sort(np.ravel(tree["layers"][layer]["kernel"])) for tree in (scrambled, params))
        np.testing.assert_array_equal(ours, theirs)


def test_a_share_is_a_share():
    with pytest.raises(ValueError, match="the share of permuted units is 2.0; expected a number from 0 to 1"):
        init.some_permuted(MODEL.init(jax.random.key(0)), KEY, 2.0)
    assert replace(Student(init="permuted"), amount=0.5).amount == 0.5
