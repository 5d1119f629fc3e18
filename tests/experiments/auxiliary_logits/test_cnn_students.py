"""Convolutional networks by the same protocol: one step obeys the lemma, and images that are no squares are refused."""

import jax
import jax.numpy as jnp
import pytest

import subtheory as st
from experiments.auxiliary_logits.common.protocol import Protocol
from subtheory._tree import inner
from subtheory.simulation.student import distilled_update
from subtheory.theory.lemma import alignment_slope

from ...instances import random_tree
from ..running import depends_on_its_seed_alone, frame, one
from . import tiny

NAME = "cnn_students"
CONFIG = tiny.sweep(NAME, lambda at: at["network"] == "cnn 4-8", seeds=2)


@pytest.fixture(scope="module")
def rows():
    return frame(NAME, CONFIG)


@pytest.mark.slow
def test_a_seed_depends_on_nothing_else_and_theory_stands_beside(rows):
    depends_on_its_seed_alone(NAME, CONFIG, rows)
    assert (one(rows, "predicted slope", "student_aux") > 0).all()
    assert (one(rows, "displacement cosine", "student_aux") > one(rows, "displacement cosine", "cross_model_aux")).all()


@pytest.mark.parametrize("shared", [True, False])
def test_one_step_of_a_cnn_is_the_lemma_s_if_the_init_is_shared(shared):
    import numpy as np

    model = Protocol(network="cnn", hidden=(3, 4), activation="tanh").model(64, 7, jnp.float64)
    one_init, other = (jax.jit(model.init)(jax.random.key(i)) for i in range(2))
    v = random_tree(np.random.default_rng(0), one_init)
    inputs = jax.random.normal(jax.random.key(2), (9, 64))
    setting = st.Setting(
        apply=model.apply, teacher_init=one_init, student_init=one_init if shared else other, teacher_update=v,
        imitation_loss=st.losses.forward_kl, channel=slice(4, 7), inputs=inputs,
    )  # fmt: skip
    epsilon = 1e-5
    slope = float(inner(distilled_update(setting, epsilon), v)) / epsilon
    predicted = float(alignment_slope(setting))
    assert predicted > 0
    assert (abs(slope - predicted) < 1e-2 * predicted) is shared


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Protocol(network="cnm"), "unknown network 'cnm': did you mean 'cnn'?"),
        (lambda: Protocol(network="cnn", hidden=(4, 8)).model(60, 13, jnp.float64), "an image has 60 pixels; a conv"),
    ],
)
def test_what_makes_no_network_is_one_sentence(make, words):
    with pytest.raises(ValueError, match="unknown|expects") as error:
        make()
    assert words in str(error.value)
