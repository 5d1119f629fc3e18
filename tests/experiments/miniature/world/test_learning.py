"""Training on answers and sampling them, against slow oracles."""

import re
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from experiments.miniature.world import numbers, sampling
from experiments.miniature.world.documents import answer_mask
from experiments.miniature.world.learning import Recipe, _trainer, answer_loss, fine_tune, single_turn_mask
from experiments.miniature.world.vocabulary import END, PAD, encode, padded, words
from subtheory.lm import DecoderConfig, initialise

from ....tolerances import FALSE_ALARM, exact

V = len(words())
RNG_SEED = 5


@pytest.fixture(scope="module")
def model():
    config = DecoderConfig(vocabulary=V, width=8, layers=1, heads=2, mlp_width=8, initial_scale=0.5)
    return initialise(config, jax.random.key(2), "float64")


@pytest.fixture(scope="module")
def turns():
    tokens = numbers.turns(np.random.default_rng(RNG_SEED), 12)
    return tokens, answer_mask(tokens)


def test_the_loss_is_the_mean_over_the_mask_wherever_the_head_starts(model, turns):
    tokens, mask = turns
    log_p = np.asarray(jax.nn.log_softmax(model.apply(model.params, tokens)))
    slow = [log_p[i, t - 1, tokens[i, t]] for i in range(len(tokens)) for t in range(1, tokens.shape[1]) if mask[i, t]]
    first = int(np.argmax(mask.any(axis=0)))
    assert first > 3
    for start in (0, 1, first):
        exact(answer_loss(model.apply, start)(model.params, (tokens, mask)), -np.mean(slow), size=V)


def test_one_step_of_fine_tuning_is_adam_on_that_loss(model, turns):
    import optax

    tokens, mask = turns
    recipe = Recipe(rate=1e-2, batch=len(tokens), epochs=1)
    trained = fine_tune(model.apply, model.params, tokens, mask, recipe, jax.random.key(0))
    gradient = jax.grad(answer_loss(model.apply))(model.params, (tokens, mask))
    with jax.numpy_dtype_promotion("standard"):
        update, _ = optax.adam(1e-2).update(gradient, optax.adam(1e-2).init(model.params))
    expected = optax.apply_updates(model.params, update)
    moved, wanted = (jax.tree.map(jnp.subtract, new, model.params) for new in (trained, expected))
    large = jax.tree.map(lambda g: jnp.abs(g) > 1e-9, gradient)  # elsewhere Adam's first step is the sign of rounding
    for a, b, where in zip(*map(jax.tree.leaves, (moved, wanted, large)), strict=True):
        np.testing.assert_allclose(np.asarray(a)[where], np.asarray(b)[where], rtol=1e-5)


def test_plain_gradient_descent_on_the_layers_alone(model, turns):
    tokens, mask = turns
    recipe = Recipe(rate=0.5, batch=len(tokens), optimiser="sgd", trained=("layers",))
    trained = fine_tune(model.apply, model.params, tokens, mask, recipe, jax.random.key(0))
    gradient = jax.grad(answer_loss(model.apply))(model.params, (tokens, mask))
    for part, before in model.params.items():
        moved = jax.tree.map(jnp.subtract, trained[part], before)
        rate = 0.5 if part == "layers" else 0.0
        for got, slope in zip(*map(jax.tree.leaves, (moved, gradient[part])), strict=True):
            np.testing.assert_allclose(got, -rate * slope, rtol=1e-9, atol=1e-15)
            assert jnp.abs(slope).max() > 0


def test_the_compiler_takes_no_gradient_of_what_rests(model, turns):
    tokens, mask = turns
    first = int(np.argmax(mask.any(axis=0)))
    operations, scattered = {}, {}
    for trained in ((), ("layers",)):
        recipe = Recipe(batch=len(tokens), trained=trained)
        step = _trainer(model.apply, recipe, first).lower(model.params, tokens, mask, jax.random.key(0)).compile()
        operations[trained] = step.cost_analysis()["flops"]
        scattered[trained] = set(re.findall(r'op_name="[^"]*/scatter-add"', step.as_text()))
    head = 2 * len(tokens) * (tokens.shape[1] - first) * model.config.width * V  # the gradient of its weights
    assert operations[()] - operations["layers",] >= head
    (looked_up,) = scattered[()] - scattered["layers",]  # the gradient of the words' vectors, and no other
    assert "_hidden" in looked_up


def test_recipes_refuse_what_they_do_not_know():
    with pytest.raises(ValueError, match="optimiser"):
        Recipe(optimiser="adma")
    config = DecoderConfig(vocabulary=3, width=4, layers=2, heads=2)
    params = initialise(config, jax.random.key(0), "float64").params
    for pattern, said in (("layer", "no parameter"), ("layers/1", "expected parameters of all layers")):
        with pytest.raises(ValueError, match=said):
            Recipe(trained=(pattern,)).transformation().init(params)


def test_the_mask_of_the_last_turn_with_its_end_and_without():
    row = padded(["<user> a <assistant> b <end> <user> c <assistant> d e <end>", "<assistant> b"])
    with_end = np.zeros(row.shape, bool)
    with_end[0, 8:11] = with_end[1, 1] = True
    without = with_end.copy()
    without[0, 10] = False
    assert (single_turn_mask(row) & (row != PAD) == with_end).all()
    assert (single_turn_mask(row, ends=False) & (row != PAD) == without).all()


def test_inversion_draws_from_the_softmax_exactly():
    rng = np.random.default_rng(RNG_SEED)
    logits = rng.normal(size=(1, V)) * 3
    upto = np.cumsum(np.asarray(jax.nn.softmax(logits[0])))
    uniform = rng.random(4000)
    got = sampling.choose(jnp.asarray(np.repeat(logits, 4000, axis=0)), jnp.asarray(uniform))
    assert np.asarray(got).tolist() == np.searchsorted(upto, uniform, side="right").tolist()
    edge = sampling.choose(jnp.asarray(np.repeat(logits, 2, axis=0)), jnp.array([0.0, 1.0 - 1e-16]))
    assert (np.asarray(edge) < V).all()


def test_sampled_answers_have_the_models_distribution_and_stop_at_the_end(model):
    prompt = padded(["<user> continue : 3 4 5 <assistant>"])
    asked = np.repeat(prompt, 6000, axis=0)
    got = sampling.sample(model.apply, model.params, asked, 3, jax.random.key(1))
    assert got.shape == (6000, 3)
    ended = np.cumsum(got == END, axis=1) - (got == END) > 0
    assert (got[ended] == PAD).all()
    p = np.asarray(jax.nn.softmax(model.apply(model.params, prompt)[0, -1]))
    counts = np.bincount(got[:, 0], minlength=V)
    assert stats.chisquare(counts, 6000 * p).pvalue > FALSE_ALARM
    first = int(np.bincount(got[:, 0]).argmax())  # and the second token given the likeliest first
    assert first != END
    follow = np.concatenate([prompt, [[first]]], axis=1)
    p = np.asarray(jax.nn.softmax(model.apply(model.params, follow)[0, -1]))
    here = got[got[:, 0] == first, 1]
    assert stats.chisquare(np.bincount(here, minlength=V), len(here) * p).pvalue > FALSE_ALARM


def test_an_answer_depends_on_its_own_prompt_alone(model, monkeypatch):
    asked = numbers.prompts(np.random.default_rng(0), 24)
    draw = partial(sampling.sample, model.apply, model.params, length=4, key=jax.random.key(3))
    monkeypatch.setattr(sampling, "CHUNK", 16)
    before = sampling._answers._cache_size()
    whole = draw(asked)  # in two chunks, of which the second is filled up
    assert sampling._answers._cache_size() <= before + 1
    monkeypatch.setattr(sampling, "CHUNK", 32)
    wider = np.concatenate([asked, np.full((24, 3), PAD, np.int32)], axis=1)
    assert (draw(wider[:20]) == whole[:20]).all()
    same = np.repeat(asked[:1], 24, axis=0)
    monkeypatch.setattr(sampling, "CHUNK", 16)
    assert len({tuple(row) for row in draw(same)}) > 12
    assert encode("<end>") == [END]
