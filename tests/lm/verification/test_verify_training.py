"""T14 at every step of a decoder's imitation: whole checkpoints, LoRA coordinates, minibatches of places."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import subtheory as st
from subtheory._keys import key_for
from subtheory._tree import move, random_like
from subtheory.lm.verification.setting import NextTokenLogits, next_token_inputs
from subtheory.simulation.batching import some_inputs

from ...tolerances import exact

CONFIG = st.lm.DecoderConfig(vocabulary=9, width=8, layers=1, heads=2)
PROMPTS = [[1, 4, 7, 2], [5, 3], [8]]
STEPS = 6


@pytest.fixture(scope="module")
def whole():
    return st.lm.initialise(CONFIG, key_for(0, "decoder"), "float64")


def near(lm, size, seed=1):
    """A teacher some way from the model, in whatever it moves in."""
    return move(lm.params, size, random_like(key_for(seed, "teacher"), lm.params))


def setting_of(lm, **changes):
    return st.lm.language_setting(lm, [], PROMPTS, teacher_update=lm.params, **changes)


def lora(lm):
    """Adapters of rank 2; both factors away from zero, so that both move."""
    adapted = st.lm.lora(lm, "layers/mlp", 2, key=key_for(0, "adapters"))
    return adapted.with_params(near(adapted, 0.1, seed=2))


@pytest.mark.parametrize("coordinates", [lambda lm: lm, lora], ids=["whole", "lora"])
def test_the_identity_holds_at_every_step(whole, coordinates):
    lm = coordinates(whole)
    report = st.verify_training(setting_of(lm), near(lm, 0.05), optax.sgd(0.05), steps=STEPS)
    assert report.identity_error < 1e-10
    assert report.plain
    assert (report.monotone > 0).all()
    assert report.closer.all()  # a near teacher: certified, at a small rate
    assert report.certified.all()
    assert (report.cosine >= report.cosine_bound).all()
    far = st.verify_training(setting_of(lm), near(lm, 30.0), optax.sgd(0.05), steps=STEPS)
    assert far.identity_error < 1e-10
    assert not far.certified.all()  # the control


def test_minibatches_are_of_places_each_with_its_own_sequence(whole):
    setting, teacher = setting_of(whole), near(whole, 0.05)
    batches = st.verify_training(setting, teacher, optax.sgd(0.05), steps=STEPS, batch=3)
    assert batches.identity_error < 1e-10  # S, ρ and progress are those of all places
    assert not batches.plain
    with pytest.raises(ValueError, match="batch is 8; expected from 1 to 7, the number of inputs"):
        st.verify_training(setting, teacher, batch=8)
    every = NextTokenLogits(whole.apply)(whole.params, setting.inputs)
    places = jnp.array([5, 0, 3])
    exact(setting.apply(whole.params, some_inputs(setting, places)), every[places], size=10)


def test_adapters_of_a_setting_pass_the_choice_on_and_other_inputs_are_refused(whole):
    frozen = setting_of(whole, channel=slice(0, 5))
    within = st.Setting(
        apply=frozen.apply, teacher_init=whole.params, student_init=whole.params, teacher_update=whole.params,
        inputs=next_token_inputs(PROMPTS, CONFIG.context), trainable=lambda place, _: "mlp" in place,
    )  # fmt: skip
    assert some_inputs(within, jnp.array([5, 0]))["tokens"].shape == (2, 4)
    uneven = st.Setting(
        apply=lambda w, x: x["a"] * w[None], teacher_init=jnp.ones(1), student_init=jnp.ones(1),
        teacher_update=jnp.ones(1), inputs={"a": jnp.ones((3, 1)), "b": jnp.ones((2, 1))},
    )  # fmt: skip
    with pytest.raises(ValueError, match="the examples have lengths"):
        some_inputs(uneven, jnp.array([0]))


def test_frozen_weights_are_given_to_the_program_not_built_into_it(whole):
    """Two models of other frozen weights, equal adapters: other numbers, by the same program."""
    teacher = None
    found = []
    for scale in (1.0, 1.1):
        lm = lora(whole.with_params(jax.tree.map(lambda leaf, s=scale: s * leaf, whole.params)))
        teacher = near(lm, 0.05) if teacher is None else teacher
        found.append(st.verify_training(setting_of(lm), teacher, optax.sgd(0.05), steps=2).loss)
    assert not np.allclose(*found)
