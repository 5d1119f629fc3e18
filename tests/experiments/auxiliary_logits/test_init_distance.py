"""The ends of the sweep are the shared and the independent init exactly; noise is where and what its name says."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import subtheory as st
from experiments.auxiliary_logits.common.protocol import Student
from experiments.auxiliary_logits.init_distance import KINDS, POINTS

from ...tolerances import exact, values_of
from ..running import depends_on_its_seed_alone, frame, one
from . import tiny

NAME = "init_distance"
MODEL = st.models.mlp((6, 5, 4, 7), "relu")
SHARED, OTHER, GRADIENT = (MODEL.init(jax.random.key(i)) for i in range(3))
KEY = jax.random.key(9)


def start(student):
    return values_of(student.start(SHARED, OTHER, KEY, GRADIENT))


def test_interpolation_ends_at_the_two_inits_exactly():
    np.testing.assert_array_equal(start(Student(init="interpolated", amount=0.0)), start(Student()))
    np.testing.assert_array_equal(start(Student(init="interpolated", amount=1.0)), start(Student(init="independent")))
    amounts = [point.at["amount"] for point in POINTS if point.at["kind"] == "interpolated"]
    assert (min(amounts), max(amounts)) == (0.0, 1.0)


def test_noise_is_where_and_in_the_direction_that_its_name_says():
    noise = {
        point.at["kind"]: start(point.students["student_aux"]) - values_of(SHARED)
        for point in POINTS
        if point.at["kind"] != "interpolated" and point.at["amount"] == 0.1
    }
    assert set(noise) == set(KINDS)
    g = values_of(GRADIENT)
    lengths = np.linalg.norm(noise["whole network"]) * np.linalg.norm(g)
    exact(noise["orthogonal"] @ g, 0.0, size=g.size, scale=lengths)
    exact(noise["along"] @ g, 0.1 * np.sqrt(g.size) * np.linalg.norm(g), size=g.size)
    by_layer = noise["fc1"] + noise["fc2"] + noise["head"]
    exact(by_layer, noise["whole network"], scale=1.0)
    for one_layer in ("fc1", "fc2", "head"):
        assert 0 < np.count_nonzero(noise[one_layer]) < g.size


@pytest.fixture(scope="module")
def rows():
    return frame(NAME, CONFIG)


CONFIG = tiny.sweep(NAME, lambda at: at["amount"] in (0.0, 1.0, 0.1) and at["kind"] in ("interpolated", "fc1", "along"))


@pytest.mark.slow
def test_a_seed_depends_on_nothing_else(rows):
    depends_on_its_seed_alone(NAME, CONFIG, rows)


def test_the_shared_end_learns_in_the_teacher_s_direction_and_the_independent_one_does_not(rows):
    mixed = rows[rows["kind"] == "interpolated"]
    cosine = {t: one(mixed[mixed["amount"] == t], "displacement cosine", "student_aux") for t in (0.0, 1.0)}
    assert (cosine[0.0] > 0.1).all()
    assert jnp.abs(jnp.asarray(cosine[1.0])).max() < 0.1
