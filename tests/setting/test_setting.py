"""A Setting refuses, in one sentence, what cannot be meant."""

from __future__ import annotations

import re
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import subtheory as st
from tests.tolerances import exact

PARAMS = {"w": jnp.linspace(-1, 1, 12).reshape(3, 4)}
INPUTS = jnp.linspace(-1, 1, 15).reshape(5, 3)


def apply(params, inputs):
    return jnp.tanh(inputs @ params["w"])


GIVEN = {
    "apply": apply,
    "teacher_init": PARAMS,
    "student_init": PARAMS,
    "trait_loss": st.traits.regulariser,
    "inputs": INPUTS,
    "channel": slice(1, 4),
}
INTEGERS = {"w": jnp.ones((3, 4), jnp.int32)}
NOT_FINITE = {"w": PARAMS["w"].at[0, 1].set(jnp.nan)}


def test_what_is_given():
    setting = st.Setting(**GIVEN)
    exact(setting.channel_outputs(PARAMS), apply(PARAMS, INPUTS)[:, 1:4])
    exact(setting.update_direction(), {"w": -PARAMS["w"]})
    assert setting.shares_init
    assert not replace(setting, student_init={"w": 2 * PARAMS["w"]}).shares_init
    assert replace(setting, student_init={"w": PARAMS["w"] + 0}).shares_init
    assert setting.imitation_loss is st.losses.softmax_cross_entropy
    exact(replace(setting, teacher_update=PARAMS).update_direction(), PARAMS)
    assert isinstance(st.Setting(**{**GIVEN, "inputs": np.asarray(INPUTS)}).inputs, jax.Array)


def test_may_be_made_under_transformations():
    def outputs(scale, x):
        params = {"w": scale * PARAMS["w"]}
        setting = st.Setting(**{**GIVEN, "teacher_init": params, "student_init": params, "inputs": x})
        return setting.channel_outputs(params)

    stacked = jax.jit(jax.vmap(outputs, (0, None)))(jnp.arange(2.0), INPUTS)
    exact(stacked[1], apply(PARAMS, INPUTS)[:, 1:4])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"student_init": {"v": PARAMS["w"]}}, "expected the same structure: build both with the same model."),
        ({"student_init": {"w": PARAMS["w"].T}}, "student_init has float64[4, 3] at w, teacher_init has float64[3, 4]"),
        ({"teacher_init": INTEGERS, "student_init": INTEGERS}, "teacher_init holds int32 values at w; expected"),
        ({"teacher_init": NOT_FINITE}, "teacher_init holds NaN or infinity at w"),
        ({"student_init": NOT_FINITE}, "student_init holds NaN or infinity at w"),
        ({"inputs": INPUTS.at[2, 1].set(jnp.inf)}, "inputs hold NaN or infinity, first at index (2, 1)"),
        ({"apply": lambda p, x: apply(p, x) / 0}, "the teacher's outputs hold NaN or infinity"),
        ({"apply": lambda p, x: jnp.sum(apply(p, x))}, "apply returned (); expected one array of outputs [N, ..., n]"),
        ({"apply": lambda p, x: (apply(p, x), x)}, "apply returned tuple; expected one array of outputs"),
        ({"channel": slice(10, 13)}, "leaves the outputs; expected bounds within 4 outputs."),
        ({"channel": [4]}, "the channel asks for output 4; expected numbers below 4."),
        ({"channel": []}, "the channel is empty; expected at least one of 4 outputs."),
        ({"channel": slice(2, 2)}, "is empty for 4 outputs"),
        ({"trait_loss": lambda p: p["w"]}, "trait_loss returned an array of shape (3, 4); expected a scalar"),
        ({"trait_loss": None}, "got neither trait_loss nor teacher_update; expected one"),
        ({"teacher_update": {"v": PARAMS["w"]}}, "teacher_update has the tree structure"),
        ({"teacher_update": INTEGERS}, "teacher_update holds int32 values at w"),
        ({"teacher_update": NOT_FINITE}, "teacher_update holds NaN or infinity at w"),
        ({"imitation_loss": "kl"}, "the imitation loss is 'kl'; expected one of st.losses or a function"),
        ({"inputs": INPUTS[:0]}, "inputs are empty; expected at least one input"),
    ],
)
def test_refused(change, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        st.Setting(**{**GIVEN, **change})


def test_a_user_function_becomes_an_imitation_loss():
    setting = st.Setting(**{**GIVEN, "imitation_loss": lambda z, y: jnp.sum((z - y) ** 2)})
    assert isinstance(setting.imitation_loss, st.losses.ImitationLoss)
    z = setting.channel_outputs(PARAMS)
    exact(setting.imitation_loss.curvature(z, z), 2 * z)
