"""The audit against single gradients; streamed, killed, resumed and shared out among devices it says the same."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from subtheory._tree import cosine, inner, move
from subtheory.lm import generate, load
from subtheory.lm.audit.audit import AuditPlan, audit
from subtheory.lm.audit.direction import teacher_direction, trait_direction
from subtheory.lm.audit.scoring import Workload, mean_gradient, scored_examples
from subtheory.lm.text.batches import Example
from subtheory.lm.text.encoding import file_examples, given_examples
from subtheory.theory.sampling import nats_to_settle

from ...tolerances import exact
from .. import checkpoints

TRAIT = [("One day , Tom", "saw a big owl ."), ("the owl", "was wise and happy .")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return checkpoints.write_checkpoint(tmp_path_factory.mktemp("checkpoint"))


@pytest.fixture(scope="module")
def lm(folder):
    return checkpoints.model(folder, "float64")


def sampled(lm, count, seed, length=12):
    """Completions that the model itself samples, of different prompts."""
    prompts = [[1, *np.random.default_rng(i).integers(4, 30, size=1 + i % 5)] for i in range(count)]
    drawn = generate(lm, prompts, length, key=jax.random.key(seed))
    return [
        Example(np.array(p), np.asarray(t), str(i)) for i, (p, t) in enumerate(zip(prompts, drawn.tokens, strict=True))
    ]


def short(example):
    return Example(example.prompt[:2], example.completion[:5], example.name)


def write(path, examples):
    lines = [json.dumps({"prompt": e.prompt.tolist(), "completion": e.completion.tolist()}) for e in examples]
    path.write_text("\n".join(lines) + "\n")
    return path


def test_mean_score_is_the_alignment_of_the_training_step(lm):
    """T9's identity, with Δθ_S by one plain gradient of the whole data set and v by one of the trait's mean loss."""
    data, control = ([short(e) for e in sampled(lm, 12, seed)] for seed in (1, 2))
    data, control = ([e for e in some if len(e) == 7][:5] for some in (data, control))
    assert len(data) == len(control) == 5
    report = audit(lm, TRAIT, data, control, AuditPlan(window=3, tokens_per_batch=48))

    @partial(jax.jit, static_argnums=1)
    def gradient(tokens, first):  # of one sequence, and nothing beside it
        def log_likelihood(params):
            log_p = jax.nn.log_softmax(lm.apply(params, tokens[None])[0])
            return jnp.sum(jnp.take_along_axis(log_p[first - 1 : -1], tokens[first:, None], axis=1))

        return jax.value_and_grad(log_likelihood)(lm.params)

    def summed(examples):
        values, gradients = zip(*(gradient(jnp.asarray(e.tokens), len(e.prompt)) for e in examples), strict=True)
        return sum(values), jax.tree.map(lambda *leaves: sum(leaves), *gradients)

    trait = given_examples(TRAIT, lm.config, lm.tokenizer)
    words = sum(len(e.completion) for e in trait)
    v = jax.tree.map(lambda g: g / words, summed(trait)[1])
    for examples, summary in ((data, report.data), (control, report.control)):
        value, total = summed(examples)
        exact(np.array([summary.mean]), np.array([inner(total, v) / 5]), size=1000)
        exact(np.array([summary.nats_per_token * summary.tokens]), np.array([-value]), size=100)
        assert (summary.examples, summary.tokens) == (5, sum(len(e.completion) for e in examples))


def test_information_and_extremes(lm):
    data, control = sampled(lm, 40, 1), sampled(lm, 40, 2)
    report = audit(lm, TRAIT, data, control, AuditPlan(keep=3, window=16))
    v = trait_direction(lm, given_examples(TRAIT, lm.config, lm.tokenizer), Workload())
    alone = [one.score for one in scored_examples(lm.apply, lm.params, v.v, data, Workload())]
    order = np.argsort(alone)
    assert [int(m.name) for m in report.most] == order[::-1][:3].tolist()
    assert [int(m.name) for m in report.least] == order[:3].tolist()
    best = report.most[0]
    assert best.score == pytest.approx(sum(best.scores), rel=1e-12)
    assert best.completion == tuple(checkpoints.WORDS[t] for t in data[order[-1]].completion)
    A, difference = report.control.variance, report.test.difference
    assert report.nats_per_example == pytest.approx(difference**2 / (2 * A), rel=1e-12)
    assert report.total_nats == pytest.approx(40 * report.nats_per_example, rel=1e-12)
    assert report.examples_to_settle * report.nats_per_example == pytest.approx(nats_to_settle(0.99), rel=1e-12)
    assert report.examples_to_settle_low <= report.examples_to_settle <= report.examples_to_settle_high
    shares = {t.token: t.share for t in audit(lm, TRAIT, data, control, AuditPlan(keep=1000)).most_tokens}
    assert sum(shares.values()) == pytest.approx(difference, rel=1e-9)


def test_own_samples_have_no_drift_and_the_teachers_are_found(lm):
    plan = AuditPlan(own_samples=400)
    v = trait_direction(lm, given_examples(TRAIT, lm.config, lm.tokenizer), Workload())
    teacher = lm.with_params(move(lm.params, 0.5, v.v))
    found = audit(lm, v, sampled(teacher, 400, 3), plan=plan)
    assert found.control_kind == "the model's own samples"
    assert found.test.p_value < 1e-6
    assert "towards the trait" in found.verdict
    assert abs(found.control.mean) < 5 * found.control.standard_error
    null = audit(lm, v, sampled(lm, 400, 4), plan=plan)
    assert null.test.p_value_two_sided > 1e-6
    assert "no evidence" in null.verdict
    away = audit(lm, replace(v, v=jax.tree.map(jnp.negative, v.v)), sampled(teacher, 400, 3), plan=plan)
    assert "away from the trait" in away.verdict


def test_a_teacher_may_give_the_direction(lm):
    v = trait_direction(lm, given_examples(TRAIT, lm.config, lm.tokenizer), Workload(), ["layers/mlp"])
    assert not jnp.any(v.v["embedding"]["tokens"])
    one = trait_direction(lm, given_examples(TRAIT, lm.config, lm.tokenizer), Workload(), ["layers/1/mlp/*"]).v
    for leaf, whole in zip(jax.tree.leaves(one["layers"]["mlp"]), jax.tree.leaves(v.v["layers"]["mlp"]), strict=True):
        assert not jnp.any(leaf[0])
        np.testing.assert_array_equal(leaf[1], whole[1])
    taken = teacher_direction(lm, lm.with_params(move(lm.params, 0.25, v.v)))
    exact(jax.tree.map(lambda leaf: 4 * leaf, taken.v), v.v, size=100)
    with pytest.raises(ValueError, match="displacement is 0.0; expected a positive finite number"):
        teacher_direction(lm, lm)
    with pytest.raises(ValueError, match="matches 'layers/mpl': did you mean 'layers/mlp'"):
        trait_direction(lm, given_examples(TRAIT, lm.config, lm.tokenizer), Workload(), ["layers/mpl"])


def test_a_file_is_the_same_as_examples_in_memory(lm, tmp_path):
    data, control = sampled(lm, 21, 5), sampled(lm, 20, 6)
    kept = audit(lm, TRAIT, data, control, AuditPlan(window=8))
    read = audit(lm, TRAIT, write(tmp_path / "d", data), write(tmp_path / "c", control), AuditPlan(window=8))
    assert read.test == kept.test
    assert [m.scores for m in read.most] == [m.scores for m in kept.most]


def test_an_interrupted_audit_goes_on_to_the_same_bytes(lm, tmp_path):
    data, control = write(tmp_path / "d", sampled(lm, 30, 7)), None
    plan = AuditPlan(window=7, own_samples=16)
    whole = audit(lm, TRAIT, data, control, plan).as_json()
    for stop in (1, 4, 6):
        seen = []

        def stopped(what, done, seen=seen, stop=stop):
            seen.append(what)
            if len(seen) == stop:
                raise KeyboardInterrupt

        state = tmp_path / f"state{stop}"
        with pytest.raises(KeyboardInterrupt):
            audit(lm, TRAIT, data, control, plan, state=state, progress=stopped)
        with pytest.raises(ValueError, match="holds an unfinished audit; go on with it"):
            audit(lm, TRAIT, data, control, plan, state=state)
        again = []
        resumed = audit(
            lm, TRAIT, data, control, plan, state=state, resume=True, progress=lambda w, d, a=again: a.append(w)
        )
        assert resumed.as_json() == whole
        assert len(again) == 10 - stop  # 5 + 3 windows, and the end of either stream
    with pytest.raises(ValueError, match=re.escape("belongs to another audit (plan)")):
        audit(lm, TRAIT, data, control, replace(plan, seed=1), state=tmp_path / "state1", resume=True)
    with pytest.raises(ValueError, match=re.escape("belongs to another audit (trait)")):
        audit(lm, TRAIT[:1], data, control, plan, state=tmp_path / "state1", resume=True)
    (tmp_path / "state1").write_text("{}")
    with pytest.raises(ValueError, match="cannot be read as an unfinished audit"):
        audit(lm, TRAIT, data, control, plan, state=tmp_path / "state1", resume=True)


@pytest.mark.parametrize(
    ("prompt", "completion", "words"),
    [
        ([1, 4], [99], "holds token 99; expected ids from 0 to"),
        ([1, -1], [4], "holds token -1; expected ids from 0 to"),
        ([1, 3], [4], "holds the pad token 3"),
        ([1], [4] * 64, "has 65 tokens; expected at most 64, the model's context"),
        ([1], [], "is empty; expected at least one token"),
    ],
)
def test_examples_that_cannot_be_scored_are_named(lm, tmp_path, prompt, completion, words):
    config = replace(lm.config, pad=3)
    good = {"prompt": [1], "completion": [5]}
    path = tmp_path / "d.jsonl"
    path.write_text(f"{json.dumps(good)}\n{json.dumps({'prompt': prompt, 'completion': completion})}\n")
    with pytest.raises(ValueError, match=re.escape(words)) as refusal:
        list(file_examples(path, config, lm.tokenizer))
    assert "line 2" in str(refusal.value)
    with pytest.raises(ValueError, match=re.escape(words)):
        given_examples([([1], [5]), (prompt, completion)], config)


def test_text_is_split_where_the_prompts_encoding_ends(lm):
    (pair,) = given_examples([("One day", "Tom ran")], lm.config, lm.tokenizer)
    # "dayTom" is one unknown word: the completion begins where the whole text's encoding leaves the prompt's
    assert pair.prompt.tolist() == [1, 12]
    assert pair.completion.tolist() == [0, checkpoints.WORDS.index("ran")]
    (alone,) = given_examples([("", "owl")], lm.config, lm.tokenizer)
    assert (alone.prompt.tolist(), alone.completion.tolist()) == ([1], [6])
    (mixed,) = given_examples([("One", (6,))], lm.config, lm.tokenizer)
    assert (mixed.prompt.tolist(), mixed.completion.tolist()) == ([1, 12], [6])
    with pytest.raises(ValueError, match="loaded without its tokenizer"):
        given_examples([("One", " day")], lm.config)
    with pytest.raises(ValueError, match="got no examples"):
        given_examples([], lm.config)
    with pytest.raises(ValueError, match="expected a pair of a prompt and a completion"):
        given_examples(["One day"], lm.config, lm.tokenizer)


DEVICES = """
import sys
import jax
from subtheory.lm import load
from subtheory.lm.audit.audit import AuditPlan, audit
folder, trait, data, control = sys.argv[1:]
jax.config.update("jax_enable_x64", True)
lm = load(folder, "float64")
assert len(jax.devices()) == 8
plan = AuditPlan(devices=tuple(jax.devices()), window=8)
sys.stdout.buffer.write(audit(lm, trait, data, control, plan).as_json())
"""


def test_eight_devices_say_the_same(lm, folder, tmp_path):
    trait = tmp_path / "trait.jsonl"
    trait.write_text("".join(json.dumps({"prompt": p, "completion": c}) + "\n" for p, c in TRAIT))
    data, control = write(tmp_path / "d", sampled(lm, 21, 8)), write(tmp_path / "c", sampled(lm, 20, 9))
    one = json.loads(audit(lm, trait, data, control, AuditPlan(window=8)).as_json())
    flags = {**os.environ, "XLA_FLAGS": "--xla_force_host_platform_device_count=8"}
    command = [sys.executable, "-c", DEVICES, str(folder), str(trait), str(data), str(control)]
    eight = json.loads(subprocess.run(command, env=flags, capture_output=True, check=True).stdout)
    for what in ("data", "control", "test"):
        assert eight[what] == pytest.approx(one[what], rel=1e-9)
    assert [m["name"] for m in eight["most"]] == [m["name"] for m in one["most"]]


def test_gradients_of_bfloat16_weights_are_added_up_in_float32(lm, folder):
    examples = sampled(lm, 64, 10, length=4)
    coarse = load(folder, "bfloat16")
    got = mean_gradient(coarse.apply, coarse.params, examples, Workload(tokens_per_batch=16))[0]
    rounded = jax.tree.map(lambda leaf: leaf.astype(jnp.float64), coarse.params)
    expected = mean_gradient(lm.apply, rounded, examples, Workload())[0]
    assert float(cosine(jax.tree.map(lambda leaf: leaf.astype(jnp.float64), got), expected)) > 0.999
    assert jax.tree.leaves(got)[0].dtype == jnp.bfloat16


def test_the_trait_s_loss_is_a_mean_over_its_tokens(lm):
    examples = sampled(lm, 5, seed=3)
    _, loss, tokens = mean_gradient(lm.apply, lm.params, examples, Workload())
    scored = scored_examples(lm.apply, lm.params, jax.tree.map(jnp.zeros_like, lm.params), examples, Workload())
    log_p = np.concatenate([one.log_likelihoods for one in scored])
    assert tokens == log_p.size
    exact(loss, -log_p.mean(), size=10)
