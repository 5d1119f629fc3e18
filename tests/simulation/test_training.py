"""Compiled training against a loop in plain Python; networks side by side, seeds together, and epochs as prefixes."""

from functools import lru_cache

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import subtheory as st
from subtheory.setting.channel import select
from subtheory.simulation.distillation import Imitation, classification_objective, distil_students, train_teacher
from subtheory.simulation.ensemble import over_seeds
from subtheory.simulation.training import Schedule, fit

from ..tolerances import exact

MODEL = st.models.mlp((3, 5, 4), "tanh")
COUNT, BATCH = 11, 4
AUXILIARY, EVERYTHING = slice(2, 4), slice(0, 4)
OPTIMISERS = {
    "adam": optax.adam(1e-2),
    "momentum": optax.sgd(1e-1, momentum=0.9),
    "clipped": optax.chain(optax.clip_by_global_norm(1e-2), optax.sgd(1e-1)),
}


@lru_cache(maxsize=1)
def examples():
    return st.inputs.uniform(jax.random.key(1), COUNT, 3), jax.random.normal(jax.random.key(2), (COUNT, 4), float)


def objective(loss=st.losses.forward_kl, channel=EVERYTHING):
    def mean_loss(params, minibatch):
        inputs, targets = minibatch
        return loss.mean(select(MODEL.apply(params, inputs), channel), select(targets, channel))

    return mean_loss


def loop(mean_loss, params, schedule, key):
    """The protocol as one would write it down: batch after batch, the last one smaller, one gradient step each."""
    state = schedule.optimiser.init(params)
    with jax.numpy_dtype_promotion("standard"):
        for epoch in range(schedule.epochs):
            order = jax.random.permutation(jax.random.fold_in(key, epoch), COUNT)
            for start in range(0, COUNT, schedule.batch):
                chosen = order[start : start + schedule.batch]
                gradient = jax.grad(mean_loss)(params, jax.tree.map(lambda part, at=chosen: part[at], examples()))
                update, state = schedule.optimiser.update(gradient, state, params)
                params = optax.apply_updates(params, update)
    return params


@pytest.mark.parametrize("name", OPTIMISERS)
def test_fit_is_the_plain_loop_last_partial_batch_included(name):
    schedule, key, init = Schedule(OPTIMISERS[name], BATCH, 3), jax.random.key(3), MODEL.init(jax.random.key(0))
    trained, history = fit({"one": objective()}, {"one": init}, examples(), schedule, key)
    assert history is None
    exact(trained["one"], loop(objective(), init, schedule, key), size=100)


def test_a_network_does_not_notice_who_trains_beside_it():
    schedule, key = Schedule(OPTIMISERS["clipped"], BATCH, 2), jax.random.key(3)
    objectives = {"a": objective(), "b": objective(st.losses.squared_error, AUXILIARY)}
    inits = {"a": MODEL.init(jax.random.key(0)), "b": MODEL.init(jax.random.key(9))}
    both, _ = fit(objectives, inits, examples(), schedule, key)
    for name in "ab":
        one, _ = fit({name: objectives[name]}, {name: inits[name]}, examples(), schedule, key)
        exact(both[name], one[name], size=100)


def test_epochs_are_watched_counted_and_prefixes_of_more():
    seen = []
    key, init = jax.random.key(3), {"one": MODEL.init(jax.random.key(0))}

    def run(epochs, progress=None):
        schedule = Schedule(optax.adam(1e-2), BATCH, epochs)
        watch = lambda params: params["one"]["layers"][1]["bias"]  # noqa: E731
        trained, history = fit({"one": objective()}, init, examples(), schedule, key, watch=watch, progress=progress)
        return trained["one"], history

    trained, history = run(3, lambda done: seen.append(int(done)))
    jax.effects_barrier()
    assert sorted(seen) == [1, 2, 3]
    assert history.shape == (3, 4)
    exact(history[-1], trained["layers"][1]["bias"])
    exact(history[:2], run(2)[1])
    untouched, none = run(0)
    assert none.shape == (0, 4)
    exact(untouched, init["one"])


def test_batches_larger_than_the_data_are_one_step():
    schedule, key, init = Schedule(optax.sgd(0.1), 100, 1), jax.random.key(0), MODEL.init(jax.random.key(0))
    trained, _ = fit({"one": objective()}, {"one": init}, examples(), schedule, key)
    gradient = jax.grad(objective())(init, examples())
    exact(trained["one"], jax.tree.map(lambda p, g: p - 0.1 * g, init, gradient), size=10)


def whole_experiment(key):
    """Noise, teacher and student of one seed from its key alone."""
    init = MODEL.init(jax.random.fold_in(key, 0))
    noise = st.inputs.uniform(jax.random.fold_in(key, 1), COUNT, 3)
    schedule = Schedule(optax.adam(1e-2), BATCH, 2)
    labels = jnp.arange(COUNT) % 2
    taught = classification_objective(MODEL.apply, slice(0, 2))
    teacher, _ = train_teacher(taught, init, noise, labels, schedule, jax.random.fold_in(key, 2))
    students = {"auxiliary": Imitation(st.losses.forward_kl, AUXILIARY)}
    trained, _ = distil_students(
        MODEL.apply, MODEL.apply(teacher, noise), {"auxiliary": init}, students, noise, schedule, key
    )
    return {"init": init, "teacher": teacher, "student": trained["auxiliary"]}


ALONE = jax.jit(whole_experiment)


@lru_cache(maxsize=2)
def alone(seed):
    return ALONE(jax.random.key(seed))


@pytest.mark.parametrize("together", [1, 2])
def test_a_seed_gives_the_same_numbers_alone_or_among_others(together):
    keys = jax.vmap(jax.random.key)(jnp.arange(3))
    many = jax.jit(lambda k: over_seeds(whole_experiment, k, together))(keys)
    for seed in (0, 2):
        exact(jax.tree.map(lambda leaf, at=seed: leaf[at], many), alone(seed), size=100)
    assert (np.diff(many["student"]["layers"][0]["kernel"], axis=0) != 0).any()


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


def test_mistakes_are_one_sentence():
    init = MODEL.init(jax.random.key(0))
    schedule = Schedule(optax.sgd(0.1), 2, 1)
    with pytest.raises(ValueError, match=r"batch is 0 and epochs is 1; expected"):
        Schedule(optax.sgd(0.1), 0, 1)
    with pytest.raises(ValueError, match=r"got objectives \['a'\] but parameters \['b'\]; expected one for each"):
        fit({"a": objective()}, {"b": init}, examples(), schedule, jax.random.key(0))
    with pytest.raises(ValueError, match=r"leaves the outputs; expected bounds within 4 outputs"):
        distil_students(
            MODEL.apply, examples()[1], {"a": init}, {"a": Imitation(st.losses.forward_kl, slice(2, 9))},
            examples()[0], schedule, jax.random.key(0),
        )  # fmt: skip
    with pytest.raises(ValueError, match=r"together is 0; expected at least 1 seed"):
        over_seeds(whole_experiment, jax.random.key(0)[None], 0)
