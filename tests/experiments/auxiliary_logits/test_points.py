"""The sweeps' points say what they do: the control differs by its init alone, and shared and random layers add up."""

import jax
import numpy as np
import pytest

import subtheory as st
from experiments.auxiliary_logits import (
    imitation_loss,
    optimisers,
    published_numbers,
    shared_layers,
    student_inputs,
    width_depth,
)
from experiments.auxiliary_logits.common.protocol import INPUTS, Student, image_shape
from experiments.auxiliary_logits.common.sweep import LIGHT

from ...tolerances import values_of

MODEL = st.models.mlp((6, 5, 4, 13), "relu")
SHARED, OTHER = (MODEL.init(jax.random.key(i)) for i in range(2))
PARTS = {"fc1": "layers/0", "fc2": "layers/1"}


def start(random):
    layers, outputs = shared_layers.RANDOM[random]
    return Student(init="partly shared", layers=layers, outputs=outputs).start(SHARED, OTHER, jax.random.key(2))


def test_nothing_random_is_shared_exactly_and_everything_is_independent_exactly():
    np.testing.assert_array_equal(values_of(start("nothing")), values_of(SHARED))
    np.testing.assert_array_equal(values_of(start("everything")), values_of(OTHER))


@pytest.mark.parametrize(("random", "layer", "columns"), [
    ("fc1", 0, slice(None)), ("fc2", 1, slice(None)), ("class head", 2, slice(0, 10)),
    ("auxiliary head", 2, slice(10, 13)), ("both heads", 2, slice(None)),
])  # fmt: skip
def test_a_random_part_is_the_other_init_s_there_and_the_teacher_s_elsewhere(random, layer, columns):
    expected = jax.tree.map(np.array, SHARED)
    for name, leaf in expected["layers"][layer].items():
        leaf[..., columns] = np.asarray(OTHER["layers"][layer][name])[..., columns]
    np.testing.assert_array_equal(values_of(start(random)), values_of(expected))


@pytest.mark.parametrize("module", [imitation_loss, optimisers, student_inputs, width_depth, published_numbers])
def test_a_control_differs_from_its_student_by_the_init_alone(module):
    from dataclasses import replace

    controls = 0
    for point in module.POINTS:
        if "cross_model_aux" in point.students:
            student, control = point.students["student_aux"], point.students["cross_model_aux"]
            assert replace(control, init=student.init) == student
            assert (student.init, control.init) == ("shared", "independent")
            controls += 1
    assert controls


def test_the_number_of_steps_is_the_same_for_every_number_of_inputs():
    steps = {
        point.changes.get("noise", LIGHT.noise)
        // LIGHT.batch
        * point.changes.get("student_epochs", LIGHT.student_epochs)
        for point in student_inputs.POINTS
    }
    assert steps == {960}


@pytest.mark.parametrize("kind", INPUTS)
def test_inputs_of_every_kind_have_the_images_shape(kind):
    images = jax.random.uniform(jax.random.key(4), (20, 9), minval=-1.0)
    inputs = INPUTS[kind](jax.random.key(5), 30, images)
    assert inputs.shape == (30, 9)
    assert inputs.dtype == images.dtype
    assert image_shape(images) == (3, 3)
    assert image_shape(images[:, :7]) == (1, 7)
