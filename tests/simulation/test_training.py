"""Compiled training against a loop in plain Python; networks side by side, and epochs as prefixes."""

import jax
import optax
import pytest

import subtheory as st
from subtheory.setting.channel import select
from subtheory.simulation.training import Schedule, fit

from ..tolerances import exact
from .small import AUXILIARY, BATCH, COUNT, EVERYTHING, MODEL, examples

OPTIMISERS = {
    "adam": optax.adam(1e-2),
    "momentum": optax.sgd(1e-1, momentum=0.9),
    "clipped": optax.chain(optax.clip_by_global_norm(1e-2), optax.sgd(1e-1)),
}


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


def test_looks_between_steps_change_nothing_and_see_what_epochs_see():
    """Before every step, before every second, and after every epoch: one training, looked at differently."""
    count = len(examples()[0])
    batch = 2
    key, init = jax.random.key(3), {"one": MODEL.init(jax.random.key(0))}
    steps = count // batch

    def run(every):
        schedule = Schedule(optax.adam(1e-2), batch, 3)
        watch = lambda params: params["one"]["layers"][1]["bias"]  # noqa: E731
        trained, looks = fit({"one": objective()}, init, examples(), schedule, key, watch=watch, every=every)
        return trained["one"], looks

    trained, after = run(None)
    for every in (divisor for divisor in (1, steps) if steps % divisor == 0):
        same, before = run(every)
        exact(same, trained)
        assert len(before) == 3 * steps // every
        exact(before[0], init["one"]["layers"][1]["bias"])
        exact(before[:: steps // every][1:], after[:-1])
    with pytest.raises(
        ValueError, match=rf"every is {steps + 1}, but an epoch has {steps} full minibatches; expected a divisor"
    ):
        run(steps + 1)


def test_batches_larger_than_the_data_are_one_step():
    schedule, key, init = Schedule(optax.sgd(0.1), 100, 1), jax.random.key(0), MODEL.init(jax.random.key(0))
    trained, _ = fit({"one": objective()}, {"one": init}, examples(), schedule, key)
    gradient = jax.grad(objective())(init, examples())
    exact(trained["one"], jax.tree.map(lambda p, g: p - 0.1 * g, init, gradient), size=10)


def test_mistakes_are_one_sentence():
    with pytest.raises(ValueError, match=r"batch is 0 and epochs is 1; expected"):
        Schedule(optax.sgd(0.1), 0, 1)
    schedule, init = Schedule(optax.sgd(0.1), 2, 1), MODEL.init(jax.random.key(0))
    with pytest.raises(ValueError, match=r"got objectives \['a'\] but parameters \['b'\]; expected one for each"):
        fit({"a": objective()}, {"b": init}, examples(), schedule, jax.random.key(0))
