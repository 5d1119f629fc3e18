"""A function of a setting as one program: the same numbers, compiled once for all settings of one kind."""

from __future__ import annotations

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import subtheory as st
from subtheory.setting import compiled
from subtheory.setting.compiled import computed
from tests.tolerances import exact

MODEL = st.models.mlp((3, 4, 3), "tanh")
INPUTS = st.inputs.uniform(jax.random.key(0), 5, 3)


def setting(seed, channel=slice(1, None)):
    init = MODEL.init(jax.random.key(seed))
    return st.Setting(
        apply=MODEL.apply, teacher_init=init, student_init=init, inputs=INPUTS, channel=channel,
        teacher_update=jax.tree.map(jnp.cos, init),
    )  # fmt: skip


def moved(setting, epsilon):
    v = setting.update_direction()
    return setting.channel_outputs(jax.tree.map(lambda p, d: p + epsilon * d, setting.teacher_init, v))


@pytest.mark.parametrize("channel", [slice(1, None), [2, 0], np.array([0, 2])])
def test_the_same_numbers_by_one_program(channel):
    before = compiled._run.program._cache_size()
    for seed in (1, 2):
        given = setting(seed, channel)
        exact(computed(moved, given, jnp.asarray(0.3)), moved(given, 0.3))
        exact(computed(moved, replace(given, inputs=2 * INPUTS), jnp.asarray(0.1)), moved(
            replace(given, inputs=2 * INPUTS), 0.1))  # fmt: skip
    assert compiled._run.program._cache_size() <= before + 1  # a list and an array of the same places are one channel


def test_another_function_or_channel_is_another_program():
    given, before = setting(1), compiled._run.program._cache_size()
    computed(moved, given, jnp.asarray(0.3))
    computed(lambda setting, epsilon: moved(setting, epsilon).sum(), given, jnp.asarray(0.3))
    computed(moved, setting(1, [1]), jnp.asarray(0.3))
    assert compiled._run.program._cache_size() >= before + 2
