"""What JAX, Flax or Python would say of a network is said in one sentence, with what to do."""

from __future__ import annotations

import re

import jax
import jax.numpy as jnp
import pytest
from flax import nnx

import subtheory as st

PARAMS = {"w": jnp.linspace(-1, 1, 12).reshape(3, 4)}
INPUTS = jnp.linspace(-1, 1, 15).reshape(5, 3)


def apply(params, inputs):
    return jnp.tanh(inputs @ params["w"])


@jax.custom_vjp
def backwards_only(x):
    return jnp.tanh(x)


backwards_only.defvjp(lambda x: (backwards_only(x), x), lambda x, g: (g * (1 - jnp.tanh(x) ** 2),))


def looped(params, inputs):
    return jax.lax.while_loop(lambda c: c[0] < 3, lambda c: (c[0] + 1, jnp.tanh(c[1])), (0, inputs @ params["w"]))[1]


def stateful(kind):
    """An NNX module that a user closes over, in training mode."""

    class Module(nnx.Module):
        def __init__(self, rngs):
            self.linear = nnx.Linear(3, 4, param_dtype=jnp.float64, rngs=rngs)
            self.last = kind(rngs)

        def __call__(self, x):
            return self.last(self.linear(x))

    module = Module(nnx.Rngs(0))

    def closed(params, inputs):
        nnx.update(module, params)
        return module(inputs)

    params = nnx.state(module, nnx.Param)
    return {"apply": closed, "teacher_init": params, "student_init": params}


CASES = [
    ({"apply": lambda p, x: backwards_only(apply(p, x))}, "uses jax.custom_vjp, which has no forward mode"),
    ({"apply": looped}, "which has no reverse mode; use lax.scan"),
    ({"trait_loss": lambda p: float(jnp.sum(p["w"]))}, "trait_loss cannot be used as trait_loss(params): it turns a"),
    ({"trait_loss": lambda p, batch: 0.0}, "it takes other arguments"),
    ({"apply": lambda p, x: x @ p["w"] if jnp.sum(x) > 0 else x}, "turns a traced value into a Python number"),
    ({"apply": lambda p, x: apply(p, x).astype(complex)}, "apply returned complex128 outputs; expected real"),
    ({"apply": lambda p, x: apply(p, x).astype(int)}, "apply returned int64 outputs; expected real"),
    (
        {"apply": lambda p, x: x["image"] @ p["w"], "inputs": {"x": INPUTS}},
        "raised KeyError ('image'); expected a pure",
    ),
    ({"apply": lambda p, x: p["w"].T @ x}, "jax.vmap one that takes a single input"),
    ({"apply": lambda p, x: jnp.sum(x) * p["w"][0]}, "jax.vmap makes a function of one input one of many"),
    ({"apply": lambda p, rng, x: apply(p, x)}, "for Haiku use hk.without_apply_rng"),
    (stateful(lambda rngs: nnx.Dropout(0.5, rngs=rngs)), "it changes the state of a module under a JAX trace"),
    (stateful(lambda rngs: nnx.BatchNorm(4, rngs=rngs)), "with dropout and statistics in evaluation mode"),
]


@pytest.mark.parametrize(("change", "sentence"), CASES)
def test_one_sentence(change, sentence):
    given = {
        "apply": apply, "teacher_init": PARAMS, "student_init": PARAMS, "trait_loss": st.traits.regulariser,
        "inputs": INPUTS,
    }  # fmt: skip
    with pytest.raises(ValueError, match=re.escape(sentence)) as refusal:
        st.verify_step(st.Setting(**{**given, **change}))
    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 500


def test_inputs_may_be_a_tree():
    setting = st.Setting(apply=lambda p, x: apply(p, x["image"]), teacher_init=PARAMS, student_init=PARAMS,
                         trait_loss=st.traits.regulariser, inputs={"image": INPUTS})  # fmt: skip
    assert st.verify_step(setting).certified
