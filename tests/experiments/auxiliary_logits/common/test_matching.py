"""Matching makes two networks of different inits answer alike; without epochs it does nothing; a stranger stays one."""

import jax
import jax.numpy as jnp
import optax
import pytest

import subtheory as st
from experiments.auxiliary_logits.common.matching import initial_divergence, matched_inits
from experiments.auxiliary_logits.common.protocol import Student
from subtheory.simulation.training import Schedule

MODEL = st.models.mlp((6, 16, 5), "tanh")


@pytest.mark.parametrize(("kind", "close"), [("matched", True), ("matched to a stranger", False)])
def test_a_matched_student_answers_as_the_reference_does(kind, close):
    reference, other, stranger = (MODEL.init(jax.random.key(i)) for i in range(3))
    inputs = jax.random.normal(jax.random.key(3), (256, 6))
    students = {"student": Student(init=kind, amount=60.0), "none": Student(init=kind), "shared": Student()}
    inits = {"student": other, "none": other, "shared": reference}
    done = matched_inits(
        MODEL.apply, students, inits, {"reference": reference, "stranger": stranger}, lambda kind: inputs,
        lambda epochs: Schedule(optax.adam(1e-2), 64, epochs), jax.random.key(4),
    )  # fmt: skip
    for name in ("none", "shared"):
        assert done[name] is inits[name]
    fresh = jax.random.normal(jax.random.key(5), (512, 6))
    before, after = (float(initial_divergence(MODEL.apply, reference, p, fresh)) for p in (other, done["student"]))
    assert (after < 0.05 * before) is close
    assert float(jnp.max(jnp.abs(done["student"]["layers"][0]["kernel"] - reference["layers"][0]["kernel"]))) > 0.1
