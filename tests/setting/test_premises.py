"""The premise checker passes every loss that obeys T0, and names where another one breaks it."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

import subtheory as st
from subtheory.setting.broken_loss import cosine_distance
from subtheory.setting.premises import broken
from subtheory.simulation.step import inner_product
from subtheory.theory.lemma import alignment_slope

OUTPUTS = np.random.default_rng(0).normal(size=(7, 4))
OBEYING = {loss.name: loss for loss in st.losses.OBEYING}


@pytest.mark.parametrize("dtype", [jnp.float64, jnp.float32])
@pytest.mark.parametrize("name", OBEYING)
def test_met_however_confident_the_network(name, dtype):
    """Logits up to 30 saturate a softmax: its small eigenvalues are no null space that turns."""
    for scale in (1.0, 10.0):
        premises = st.check_premises(OBEYING[name], jnp.asarray(scale * OUTPUTS, dtype))
        assert [premise.name for premise in premises] == ["P1", "P2", "P3", "constant null space"]
        assert not broken(premises), f"{scale}: {[str(premise) for premise in broken(premises)]}"


def test_many_outputs_in_single_precision():
    """The smallest true eigenvalue of 40 logits is no rounding, and the null space of their M no larger than one."""
    outputs = jnp.asarray(np.random.default_rng(1).uniform(-3, 3, size=(7, 40)), jnp.float32)
    premises = st.check_premises(st.losses.softmax_cross_entropy, outputs)
    assert not broken(premises)
    assert "rank of M: 39 of 40" in premises[3].words


def test_a_kink_at_rest_is_seen_from_beside_it():
    """Automatic differentiation takes the middle of this kink, zero, which is what P1 asks for at z = y itself."""
    kink = st.losses.from_function(lambda z, y: jnp.sum(jnp.maximum(z - y, y - z)), "kink")
    found = broken(st.check_premises(kink, jnp.asarray(OUTPUTS)))[0]
    assert found.name == "P1"
    assert found.words.startswith("the gradient in z jumps to 2 beside z = y at input")


def test_the_input_is_the_right_one():
    """A squared error that repels where the first output is large: only input 3 breaks, and it is the one named."""

    def partly_repelled(z, y):
        return jnp.where(y[0] > 100, -1.0, 1.0) * jnp.sum((z - y) ** 2)

    outputs = jnp.asarray(OUTPUTS).at[3, 0].set(200.0)
    (found,) = broken(st.check_premises(st.losses.from_function(partly_repelled), outputs))
    assert (found.name, found.words) == ("P2", "M has the negative eigenvalue -2 at input 3")


def test_asymmetric_curvature():
    """Where ∂ℓ/∂z(z, z) = 0, M is a Hessian: an asymmetric one goes with a broken P1, and both are named."""
    turn = jnp.array([[1.0, 0.5], [-0.5, 1.0]])
    loss = st.losses.from_function(lambda z, y: 0.5 * z @ z - z @ turn @ y, "turned")
    first, second = broken(st.check_premises(loss, jnp.asarray(OUTPUTS[:, :2])))
    assert (first.name, second.name) == ("P1", "P2")
    assert second.words.startswith("M is asymmetric by 1 at input")


def test_one_logit_of_a_softmax_has_no_curvature_but_breaks_nothing():
    premises = st.check_premises(st.losses.softmax_cross_entropy, jnp.asarray(OUTPUTS[:, :1]))
    assert not broken(premises)
    assert premises[3].words.endswith("(rank of M: 0 of 1)")


def test_rank_of_m_in_words():
    for loss, rank in ((st.losses.softmax_cross_entropy, 3), (st.losses.squared_error, 4)):
        assert f"rank of M: {rank} of 4" in st.check_premises(loss, jnp.asarray(OUTPUTS))[3].words


def test_null_weights_are_met():
    loss = st.losses.weighted_squared_error((1.0, 0.0, 0.0, 2.0))
    premises = st.check_premises(loss, jnp.asarray(OUTPUTS))
    assert not broken(premises)
    assert "rank of M: 2 of 4" in premises[3].words


def test_overflow_is_named():
    premises = st.check_premises(OBEYING["Bregman of cosh"], jnp.asarray(100 * OUTPUTS, jnp.float32))
    assert any("NaN or infinity" in premise.words or "nan" in premise.words for premise in broken(premises))


def test_sequences_and_large_channels():
    rng = np.random.default_rng(1)
    premises = st.check_premises(st.losses.softmax_cross_entropy, jnp.asarray(rng.normal(size=(2, 3, 70))))
    assert not broken(premises)
    assert [premise.met for premise in premises] == [True, True, None, None]
    assert str(premises[2]) == "P3 not checked: the null space of M cannot be told from 64 of 70 outputs"
    assert "6 inputs" in premises[0].words


def test_a_null_space_that_turns_breaks_no_premise_of_the_theorem():
    """Cosine distance: P3 holds input by input, and that its null space turns is said apart."""
    premises = st.check_premises(cosine_distance, jnp.asarray(OUTPUTS))
    assert [premise.met for premise in premises] == [True, True, True, False]
    assert premises[3].words.startswith("the null space of M turns between inputs")
    assert not broken(premises)


def test_top_k_breaks_p3_where_the_choice_of_outputs_changes_and_only_there():
    """z = (1, 0, −1): a teacher whose third output overtakes the second is imitated on it, outside the range of M."""
    loss, z = st.losses.top_k(2), jnp.array([[1.0, 0.0, -1.0]])
    near, far = z + jnp.array([[0.0, 0.0, 0.5]]), z + jnp.array([[0.0, 0.0, 1.5]])
    assert not broken(st.check_premises(loss, z, near))
    assert [premise.name for premise in broken(st.check_premises(loss, z, far))] == ["P3"]
    line = st.Setting(
        apply=lambda theta, x: x * theta[None], teacher_init=z[0], student_init=z[0], imitation_loss=loss,
        teacher_update=jnp.array([0.0, 0.0, 1.0]), inputs=jnp.ones((1, 1)),
    )  # fmt: skip
    assert float(alignment_slope(line)) == 0.0
    assert float(inner_product(line, 0.5)) == 0.0
    np.testing.assert_allclose(float(inner_product(line, 1.5)), 0.26, atol=0.01)
