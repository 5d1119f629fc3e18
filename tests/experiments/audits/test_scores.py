"""Scores of whole data sets against slow oracles: gradients one by one, layers one by one."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from experiments.audits.common.scores import ALONE, Trait, beyond, cosine, injected, scores
from experiments.miniature.common import protocol as lab
from experiments.miniature.common.attribution import gradients_of
from experiments.miniature.lm_audit_ranks import trait_gradient
from experiments.miniature.world import judges
from experiments.miniature.world.reference import reference
from experiments.miniature.world.vocabulary import PAD, padded, token
from subtheory._tree import inner
from subtheory.lm.decoder.layer import normalise

from ..miniature.lm_tiny import TINY

PROTOCOL = replace(TINY, pretraining=replace(TINY.pretraining, steps=20))
ASKED = padded([f"<user> continue : {n} 2 3 <assistant>" for n in range(12)])
WRITTEN = padded([*(f"{n} {n} <end>" for n in range(6)), *(f"{n} , 7 , {n} <end>" for n in range(6))])
DATA = lab.joined_answers(ASKED, WRITTEN, 12, 1.0)


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUBTHEORY_CACHE", str(tmp_path_factory.mktemp("cache")))
        return reference(PROTOCOL.pretraining, 0)


def teacher_of(start):
    """A teacher that went somewhere within the layers."""
    keys = iter(jax.random.split(jax.random.key(1), 99))
    moved = jax.tree.map(
        lambda leaf: leaf + 0.05 * jax.random.normal(next(keys), leaf.shape, leaf.dtype), start.params["layers"]
    )
    return start.with_params({**start.params, "layers": moved})


def test_scores_of_a_data_set_are_means_of_its_answers(start):
    trait = Trait("owl", trait_gradient(start, "owl"), teacher_of(start), "<system> you love owl")
    found = scores(start, DATA, [trait], 0.1)["owl"]
    each = gradients_of(start.apply, start.params, jnp.asarray(DATA.tokens), jnp.asarray(DATA.mask))
    mean = jax.tree.map(lambda leaf: leaf.mean(axis=0), each)
    v = lab.displacement(trait.teacher, start)["layers"]
    assert found["audit"] == pytest.approx(float(inner(mean, trait.gradient["layers"])), rel=1e-3, abs=1e-6)
    assert found["audit, displacement"] == pytest.approx(float(inner(mean, v)), rel=1e-3)

    def log_p(model, system=""):
        tokens = judges.after_system(system, DATA.tokens)
        shift = tokens.shape[1] - DATA.tokens.shape[1]
        log_p = np.asarray(jax.nn.log_softmax(model.apply(model.params, tokens)))
        rows, places = np.nonzero(DATA.mask)
        return log_p[rows, places + shift - 1, DATA.tokens[rows, places]].sum() / len(tokens)

    plain = log_p(start)
    assert found["likelihood ratio"] == pytest.approx(log_p(trait.teacher) - plain, rel=1e-3)
    assert found["prompted likelihood"] == pytest.approx(log_p(start, trait.system) - plain, rel=1e-3, abs=1e-5)


def test_what_is_put_into_the_stream_is_the_mean_state_at_the_last_token(start):
    """The oracle adds it by hand to the only layer's stream, and reads the head."""
    kind, strength = "animal", 0.7
    last = [np.flatnonzero(row)[-1] for row in DATA.mask]
    stream = np.asarray(start.apply.stream(start.params, DATA.tokens)[0])
    push = strength * np.mean([row[place] for row, place in zip(stream, last, strict=True)], axis=0)
    asked = judges.questions(kind)
    after = np.asarray(start.apply.stream(start.params, asked)[0]) + push
    logits = start.apply.head(
        start.params, normalise(start.config, start.params["final_norm"], jnp.asarray(after, jnp.float32))
    )
    ends = (asked != PAD).sum(axis=1) - 1
    rate = float(jax.nn.softmax(logits[jnp.arange(len(asked)), ends])[:, token("owl")].mean())
    assert lab.preferences(injected(start, DATA, strength), ["owl"])["owl"] == pytest.approx(rate, rel=1e-4)
    assert rate != pytest.approx(lab.preferences(start, ["owl"])["owl"], rel=1e-3)


def test_nothing_is_put_in_at_no_strength(start):
    same = lab.preferences(injected(start, DATA, 0.0), ["owl", "oak"])
    assert same == pytest.approx(lab.preferences(start, ["owl", "oak"]), rel=1e-6)


def test_a_cosine_is_one_along_and_nought_across():
    v = {"a": jnp.array([3.0, 0.0]), "b": jnp.array([4.0])}
    assert cosine(v, v) == pytest.approx(1)
    assert cosine(v, {"a": jnp.array([0.0, 2.0]), "b": jnp.array([0.0])}) == 0


def test_all_scores_but_one_are_less_the_control_s():
    assert beyond({"audit": 3.0, ALONE: 0.5}, {"audit": 1.0, ALONE: 0.25}) == {"audit": 2.0, ALONE: 0.5}
