"""Teaching and imitation touch what they are about, and nothing else."""

from __future__ import annotations

import jax
import numpy as np
import optax
import pytest

import subtheory as st
from subtheory.simulation.distillation import Imitation, distil_students
from subtheory.simulation.training import Schedule

from .small import AUXILIARY, BATCH, MODEL, alone, examples


def test_what_is_not_imitated_or_taught_does_not_move():
    last = {name: np.asarray(params["layers"][1]["kernel"]) for name, params in alone(0).items()}
    np.testing.assert_array_equal(last["teacher"][:, AUXILIARY], last["init"][:, AUXILIARY])
    assert (last["teacher"][:, :2] != last["init"][:, :2]).all()
    np.testing.assert_array_equal(last["student"][:, :2], last["init"][:, :2])
    assert (last["student"][:, AUXILIARY] != last["init"][:, AUXILIARY]).all()


def test_one_softmax_logit_teaches_nothing_and_one_squared_error_something():
    init, inputs = MODEL.init(jax.random.key(0)), examples()[0]
    imitations = {
        "softmax": Imitation(st.losses.forward_kl, slice(3, 4)),
        "squared": Imitation(st.losses.squared_error, slice(3, 4)),
    }
    trained, _ = distil_students(
        MODEL.apply, examples()[1], dict.fromkeys(imitations, init), imitations, inputs,
        Schedule(optax.adam(1e-2), BATCH, 2), jax.random.key(0),
    )  # fmt: skip
    kernels = {name: np.asarray(params["layers"][0]["kernel"]) for name, params in trained.items()}
    np.testing.assert_array_equal(kernels["softmax"], init["layers"][0]["kernel"])
    assert (kernels["squared"] != np.asarray(init["layers"][0]["kernel"])).any()


def test_a_channel_beyond_the_outputs_is_refused():
    init, schedule = MODEL.init(jax.random.key(0)), Schedule(optax.sgd(0.1), 2, 1)
    with pytest.raises(ValueError, match=r"leaves the outputs; expected bounds within 4 outputs"):
        distil_students(
            MODEL.apply, examples()[1], {"a": init}, {"a": Imitation(st.losses.forward_kl, slice(2, 9))},
            examples()[0], schedule, jax.random.key(0),
        )  # fmt: skip
