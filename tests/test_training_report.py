"""``verify_training`` against a dense oracle that shares no code with it, on networks of three makes."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from jax.flatten_util import ravel_pytree

import subtheory as st
from subtheory._keys import key_for
from subtheory.theory.trajectory import cosine_bound, imitation_terms, largest_certified_rate


def gated_convolutions(params, x):
    """Two gated 1-D convolutions over eight places, then a head: [N, 8] to [N, 3]."""
    h = x[..., None]
    for layer in params["layers"]:
        rolled = jnp.concatenate([jnp.roll(h, shift, axis=1) for shift in (-1, 0, 1)], axis=-1)
        value, gate = jnp.split(rolled @ layer, 2, axis=-1)
        h = jnp.tanh(value) * jax.nn.sigmoid(gate)
    return h.mean(axis=1) @ params["head"]


def transformer_block(params, x):
    """One block of causal attention and a gated perceptron on eight places of one number: [N, 8] to [N, 3]."""
    h = x[..., None] * params["embed"][None, None] + params["places"][None]
    q, k, v = (h @ params[name] for name in ("q", "k", "v"))
    scores = jnp.where(jnp.tril(jnp.ones((8, 8), bool))[None], q @ k.transpose(0, 2, 1) / 2, -1e30)
    h = h + jax.nn.softmax(scores) @ v
    h = h / jnp.sqrt(jnp.mean(h**2, axis=-1, keepdims=True) + 1e-6)
    h = h + jax.nn.gelu(h @ params["up"]) @ params["down"]
    return h[:, -1] @ params["head"]


def draws(shapes, seed):
    leaves, structure = jax.tree.flatten(shapes, is_leaf=lambda leaf: isinstance(leaf, tuple))
    made = [0.6 * jax.random.normal(key_for(seed, "net", i), shape) for i, shape in enumerate(leaves)]
    return jax.tree.unflatten(structure, made)


NETWORKS = {
    "gated convolutions": (gated_convolutions, {"layers": [(3, 8), (12, 8)], "head": (4, 3)}),
    "transformer block": (
        transformer_block,
        {"embed": (4,), "places": (8, 4), "q": (4, 4), "k": (4, 4), "v": (4, 4), "up": (4, 6),
         "down": (6, 4), "head": (4, 3)},
    ),
    "linear": (lambda params, x: x @ params["w"], {"w": (8, 3)}),
}  # fmt: skip


def case(name, loss=st.losses.softmax_cross_entropy):
    apply, shapes = NETWORKS[name]
    start, teacher = draws(shapes, 0), draws(shapes, 1)
    teacher = jax.tree.map(lambda a, b: a + 0.5 * (b - a), start, teacher)
    inputs = jax.random.normal(key_for(3, "inputs"), (12, 8))
    setting = st.Setting(
        apply=apply, teacher_init=start, student_init=start, teacher_update=teacher, imitation_loss=loss, inputs=inputs
    )
    return setting, teacher


def oracle(setting, teacher, rate, steps, mu):
    """Dense Jacobians, NumPy, plain descent: progress, S, ρ, distance, cosine of every step."""
    theta, unravel = ravel_pytree(setting.student_init)
    goal = ravel_pytree(teacher)[0]

    @jax.jit
    def outputs(flat):
        return setting.apply(unravel(flat), setting.inputs).reshape(-1)

    jacobian = jax.jit(jax.jacrev(outputs))
    start, goal, theta = np.asarray(theta), np.asarray(goal), np.asarray(theta)
    rows = []
    for _ in range(steps):
        N = len(setting.inputs)
        z, target = (np.asarray(outputs(jnp.asarray(x))).reshape(N, -1) for x in (theta, goal))
        J = np.asarray(jacobian(jnp.asarray(theta)))
        pull = mu(target) - mu(z)
        descent = J.T @ pull.reshape(-1) / N
        linear = (J @ (goal - theta)).reshape(N, -1)
        monotone = np.sum(pull * (target - z)) / N
        remainder = np.sum(pull * (target - z - linear)) / N
        before = np.linalg.norm(goal - theta)
        progress, squared = descent @ (goal - theta), descent @ descent
        theta = theta + rate * descent
        moved, way = theta - start, goal - start
        cosine = moved @ way / np.linalg.norm(moved) / np.linalg.norm(way)
        rows.append(
            (monotone, remainder, progress, 2 * progress / squared, before, np.linalg.norm(goal - theta), cosine)
        )
    return np.array(rows).T


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@pytest.mark.parametrize("name", NETWORKS)
def test_every_step_is_that_of_the_dense_oracle(name):
    setting, teacher = case(name)
    report = st.verify_training(setting, teacher, optax.sgd(0.3), steps=25)
    monotone, remainder, progress, rate, before, after, cosine = oracle(setting, teacher, 0.3, 25, softmax)
    size = monotone + np.abs(remainder)
    for ours, theirs in ((report.monotone, monotone), (report.remainder, remainder), (report.progress, progress)):
        assert np.max(np.abs(ours - theirs) / size) < 1e-10
    assert report.identity_error < 1e-10
    np.testing.assert_allclose(report.distance, [*before, after[-1]], rtol=1e-10)
    np.testing.assert_allclose(report.cosine, cosine, rtol=1e-8)
    np.testing.assert_allclose(report.largest_certified_rate[progress > 0], rate[progress > 0], rtol=1e-8, atol=1e-10)
    assert (report.closer == (after < before)).all()
    assert report.plain
    np.testing.assert_allclose(report.rate, 0.3, rtol=1e-6)
    assert not np.any(report.guaranteed & ~report.closer)
    inside = report.distance[1:] <= report.distance[0]
    assert np.all(report.cosine[inside] >= report.cosine_bound[inside] - 1e-12)


def test_a_linear_model_comes_closer_below_the_bound_and_turns_above():
    setting, teacher = case("linear", st.losses.squared_error)
    other = replace(setting, student_init=draws(NETWORKS["linear"][1], 5))
    X = np.asarray(setting.inputs)
    top = 2 * np.linalg.eigvalsh(X.T @ X / len(X))[-1]
    below = st.verify_training(other, teacher, optax.sgd(1.999 / top), steps=40)
    assert below.closer.all()
    assert below.certified.all()
    assert np.max(np.abs(below.remainder) / below.monotone) < 1e-9
    above = st.verify_training(other, teacher, optax.sgd(2.3 / top), steps=40)
    assert not above.closer.all()
    assert "above" in above.summary() or "rose" in above.summary()


def test_minibatches_adam_and_single_precision_are_said_for_what_they_are():
    setting, teacher = case("gated convolutions")
    batches = st.verify_training(setting, teacher, optax.sgd(0.3), steps=10, batch=4)
    again = st.verify_training(setting, teacher, optax.sgd(0.3), steps=10, batch=4)
    other = st.verify_training(setting, teacher, optax.sgd(0.3), steps=10, batch=4, seed=1)
    assert not batches.plain
    assert batches.identity_error < 1e-10  # S, ρ and progress are those of all inputs
    np.testing.assert_array_equal(batches.distance, again.distance)
    assert not np.array_equal(batches.distance, other.distance)
    adam = st.verify_training(setting, teacher, optax.adam(0.1), steps=10)
    assert not adam.plain
    assert not adam.guaranteed.any()
    assert "nothing is guaranteed of the distance" in adam.summary()
    narrow = jax.tree.map(lambda leaf: leaf.astype(jnp.float32), (setting.teacher_init, teacher, setting.inputs))
    single = replace(
        setting, teacher_init=narrow[0], student_init=narrow[0], teacher_update=narrow[1], inputs=narrow[2]
    )
    report = st.verify_training(single, narrow[1], optax.sgd(0.3), steps=10)
    assert report.monotone.dtype == np.float32
    assert report.identity_error < 1e-4


def test_the_summary_says_when_the_certificate_was_lost():
    setting, teacher = case("transformer block")
    far = replace(setting, student_init=draws(NETWORKS["transformer block"][1], 9))
    report = st.verify_training(far, teacher, optax.sgd(0.3), steps=30)
    assert not report.certified.all()
    first = int(np.flatnonzero(~report.certified)[0])
    assert f"The certificate was first lost at step {first}" in report.summary()
    assert report.summary().startswith(f"30 steps: certified (S > |ρ|) in {report.certified.sum()}")


def test_a_batch_estimates_the_progress_with_its_error():
    """Over many random batches the error in standard errors has mean 0 and variance 1 (false alarm 1e-6)."""
    setting, teacher = case("gated convolutions")
    many = replace(setting, inputs=jax.random.normal(key_for(7, "many"), (4000, 8)))
    whole = imitation_terms(many, many.student_init, teacher)
    scores = []
    for number in range(100):
        rows = jax.random.choice(key_for(number, "batch"), 4000, (64,), replace=False)
        part = imitation_terms(replace(many, inputs=many.inputs[rows]), many.student_init, teacher)
        scores.append(float((part.progress - whole.progress) / part.progress_error))
    assert abs(np.mean(scores)) < 4.9 / 10
    assert 0.5 < np.std(scores) < 1.6


def test_closed_forms():
    assert float(cosine_bound(jnp.asarray(1.0), jnp.asarray(2.0))) == 0.25
    np.testing.assert_allclose(
        largest_certified_rate(jnp.array([1.0, -1.0, 1.0]), jnp.array([4.0, 4.0, 0.0])), [0.5, 0, 2]
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"steps": 0}, "steps is 0; expected at least 1."),
        ({"batch": 13}, "batch is 13; expected from 1 to 12, the number of inputs."),
        ({"teacher": {"w": jnp.zeros((8, 2))}}, "the teacher has"),
        ({"teacher": {"w": jnp.full((8, 3), jnp.nan)}}, "the teacher holds NaN or infinity"),
    ],
)
def test_mistakes_are_one_sentence(change, words):
    setting, teacher = case("linear")
    with pytest.raises(ValueError, match=words):
        st.verify_training(setting, **{"teacher": teacher, "steps": 5, **change})
    with pytest.raises(ValueError, match="'reverse KL' has no mean_map"):
        st.verify_training(replace(setting, imitation_loss=st.losses.reverse_kl), teacher, steps=5)
