"""Networks as people write them: several outputs, frozen parameters, chunks of inputs, a loss with something beside."""

from __future__ import annotations

import re
from dataclasses import replace

import jax
import jax.numpy as jnp
import pytest

import subtheory as st
from tests.instances import build, designs, draws
from tests.tolerances import exact

DESIGN = designs()[0]
PLAIN = build(DESIGN, draws(DESIGN, 0))
APPLY = PLAIN.apply


def measured(setting):
    return st.measure_step(setting, 1e-2, 1e-1)


def same(setting):
    """The measurement of the plain setting, by whatever way."""
    got, expected = measured(setting), measured(PLAIN)
    for name in ("inner_product", "predicted_inner_product", "trait_loss_change", "cosine"):
        exact(got[name], expected[name], size=100, scale=1.0)


@pytest.mark.parametrize(
    ("apply", "outputs"),
    [
        (lambda p, x: (x, APPLY(p, x)), 1),
        (lambda p, x: {"logits": APPLY(p, x), "hidden": x}, "logits"),
        (lambda p, x: {"heads": [APPLY(p, x)]}, lambda out: out["heads"][0]),
    ],
)
def test_one_of_several_outputs(apply, outputs):
    same(replace(PLAIN, apply=apply, outputs=outputs))


def test_an_output_that_is_not_there_is_named():
    with pytest.raises(ValueError, match=re.escape("outputs='logit' is not among the outputs of apply, ['logits']")):
        replace(PLAIN, apply=lambda p, x: {"logits": APPLY(p, x)}, outputs="logit")
    with pytest.raises(ValueError, match="outputs=2 is not among the outputs of apply, tuple of 2"):
        replace(PLAIN, apply=lambda p, x: (x, APPLY(p, x)), outputs=2)


def test_a_trait_loss_may_return_something_beside_its_value():
    loss = PLAIN.trait_loss
    same(replace(PLAIN, trait_loss=lambda p: (loss(p), {"seen": 3})))


@pytest.mark.parametrize("rows", [1, 2, 3, 6, 100])
def test_chunks_change_nothing(rows):
    """Of six inputs: chunks that divide them, that leave a rest, and that hold them all."""
    setting = replace(PLAIN, chunk=rows)
    exact(setting.channel_outputs(PLAIN.teacher_init), PLAIN.channel_outputs(PLAIN.teacher_init), size=10)
    same(setting)
    assert setting.chunk is None, "it is in apply now, and not put there again by replace"
    same(replace(setting, channel=PLAIN.channel))


def test_chunks_bound_the_memory():
    """What a gradient keeps, by the compiler's own account: a twentieth of the inputs at once, less than half of it."""
    model = st.models.mlp((16, 256, 256, 5))
    params = model.init(jax.random.key(0))
    inputs = jnp.ones((4000, 16))
    whole = st.Setting(apply=model.apply, teacher_init=params, student_init=params, inputs=inputs,
                       trait_loss=st.traits.regulariser)  # fmt: skip

    def temporary(setting):
        gradient = jax.jit(jax.grad(lambda p: jnp.sum(setting.channel_outputs(p) ** 2)))
        return gradient.lower(params).compile().memory_analysis().temp_size_in_bytes

    assert temporary(replace(whole, chunk=200)) < 0.5 * temporary(whole)


WITH_NAMES = {"net": PLAIN.teacher_init, "steps": jnp.arange(3), "scale": jnp.ones(())}


def frozen(trainable, **changes):
    given = {"teacher_init": WITH_NAMES, "student_init": WITH_NAMES} | changes
    loss = PLAIN.trait_loss
    return st.Setting(
        apply=lambda p, x: p["scale"] * APPLY(p["net"], x), trait_loss=lambda p: loss(p["net"]), inputs=PLAIN.inputs,
        channel=PLAIN.channel, imitation_loss=PLAIN.imitation_loss, trainable=trainable, **given,
    )  # fmt: skip


@pytest.mark.parametrize(
    "trainable", [{"net": True, "steps": False, "scale": False}, lambda place, leaf: place.startswith("net/")]
)
def test_frozen_parameters_do_not_move(trainable):
    """Of any type, in the tree or not, the rest of the network does as it would without them."""
    setting = frozen(trainable)
    same(setting)
    assert jax.tree.leaves(setting.teacher_init["steps"]) == []
    same(replace(setting, channel=PLAIN.channel))
    update = frozen(trainable, teacher_update={**WITH_NAMES, "net": PLAIN.update_direction()})
    same(update)
    assert st.verify_step(setting, 1e-2, 1e-1).certified


@pytest.mark.parametrize(
    ("trainable", "changes", "sentence"),
    [
        ({"net": True}, {}, "trainable has the tree structure"),
        (lambda place, leaf: False, {}, "trainable freezes every parameter; expected at least one"),
        ({"net": True, "steps": False, "scale": False}, {"student_init": {**WITH_NAMES, "scale": 2 * jnp.ones(())}},
         "differ in frozen parameters; expected the same values there"),
        ({"net": True, "steps": True, "scale": True}, {}, "teacher_init holds int32 values at steps"),
    ],
)  # fmt: skip
def test_what_cannot_be_frozen_is_refused(trainable, changes, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence).replace("int32", r"int\d+")):
        frozen(trainable, **changes)


def test_a_setting_is_a_key():
    assert {PLAIN: 1}[PLAIN] == 1
    assert replace(PLAIN) != PLAIN


def test_an_empty_chunk_is_refused():
    with pytest.raises(ValueError, match="chunk is 0; expected at least one input"):
        replace(PLAIN, chunk=0)
