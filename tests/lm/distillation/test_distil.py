"""Distillation on a tiny checkpoint: training, corpora, channels, the command, and what each refuses."""

from __future__ import annotations

import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import subtheory as st
from subtheory._tree import move, random_like
from subtheory.cli import main
from subtheory.lm.audit.scoring import Workload, mean_gradient
from subtheory.lm.distillation import filters
from subtheory.lm.distillation.training import Distributions, Recipe, epoch, likelihood, train
from subtheory.lm.text.encoding import given_examples

from .. import checkpoints

TRAIT = [("One day , Tom", " saw a big owl ."), ("the owl", " was wise and happy .")]
PROMPTS = ["One day ,", "Lily saw", "the cat"]


@pytest.fixture(scope="module")
def lm(tmp_path_factory):
    return checkpoints.model(tmp_path_factory.mktemp("checkpoint"))


@pytest.fixture(scope="module")
def trait(lm):
    return given_examples(TRAIT, lm.config, lm.tokenizer)


def loss_of(lm, params, examples):
    return mean_gradient(lm.apply, params, examples, Workload())[1]


def test_one_step_of_plain_descent_is_the_mean_gradient(lm, trait):
    moved = train(lm.apply, lm.params, trait, Recipe(0.1, batch=8, optimiser="sgd"), jax.random.key(0))
    gradient = mean_gradient(lm.apply, lm.params, trait, Workload())[0]
    expected = jax.tree.map(lambda p, g: p - 0.1 * g, lm.params, gradient)
    for got, wanted in zip(jax.tree.leaves(moved), jax.tree.leaves(expected), strict=True):
        np.testing.assert_allclose(got, wanted, rtol=0, atol=2e-6)


def test_an_epoch_holds_every_example_once(lm):
    examples = given_examples([([1], [4 + i]) for i in range(7)], lm.config)
    batches = list(epoch(examples, 3, jax.random.key(1)))
    assert [tokens.shape for tokens, _ in batches] == [(3, 16)] * 3
    seen = [token for tokens, scored in batches for token in tokens[scored]]
    assert sorted(seen) == list(range(4, 11))


def test_distributions_vanish_at_the_teacher_and_at_padding(lm, trait):
    tokens, scored = next(epoch(trait, 2, jax.random.key(0)))
    distributions = Distributions(lm.apply)
    other = checkpoints.language_models.initialise(lm.config, jax.random.key(9)).params
    assert abs(float(distributions(lm.apply, lm.params, lm.params, (tokens, scored)))) < 1e-6
    value = distributions(lm.apply, lm.params, other, (tokens, scored))
    p, q = (jax.nn.log_softmax(lm.apply(theta, jnp.asarray(tokens))) for theta in (other, lm.params))
    rows, columns = np.nonzero(scored)
    by_hand = np.mean([jnp.sum(jnp.exp(p[r, c - 1]) * (p - q)[r, c - 1]) for r, c in zip(rows, columns, strict=True)])
    assert float(value) == pytest.approx(by_hand, rel=1e-5)
    stirred = np.where(tokens == 0, 7, tokens)
    for objective in (likelihood, distributions):
        assert objective(lm.apply, lm.params, other, (stirred, scored)) == objective(
            lm.apply, lm.params, other, (tokens, scored)
        )


def test_distributions_of_a_teacher_in_other_coordinates(lm, trait):
    """A teacher of adapters and a full student, or the other way round: the divergence of the merged models."""
    batch = next(epoch(trait, 2, jax.random.key(0)))
    low = st.lm.lora(lm, "layers/mlp", 2, key=jax.random.key(1))
    low = low.with_params(move(low.params, 0.5, random_like(jax.random.key(2), low.params)))
    other = checkpoints.language_models.initialise(lm.config, jax.random.key(9))
    for teacher, student in ((low, lm), (other, low)):
        plain, whole = st.lm.merged(student), st.lm.merged(teacher)
        value = Distributions(teacher.apply)(student.apply, student.params, teacher.params, batch)
        expected = Distributions(whole.apply)(plain.apply, plain.params, whole.params, batch)
        assert float(value) == pytest.approx(float(expected), rel=1e-5)
        assert float(value) > 0.01


@pytest.mark.slow
def test_a_student_imitates_a_teacher_of_adapters(lm, trait):
    """The distributions of a teacher in LoRA coordinates, by either channel of distributions, as of the merged one."""
    low = st.lm.lora(lm, ["layers/mlp", "embedding/tokens"], 4, key=jax.random.key(1))
    teacher = st.lm.fine_tuned(low, trait, Recipe(1e-2, epochs=10), jax.random.key(0))
    for channel in ("distributions", "on_policy"):
        options = {"samples": 4, "max_new_tokens": 4, "channel": channel}
        made, same = (st.lm.distil(lm, t, PROMPTS, Recipe(1e-3), **options).student
                      for t in (teacher, st.lm.merged(teacher)))  # fmt: skip
        for got, expected in zip(jax.tree.leaves(made.params), jax.tree.leaves(same.params), strict=True):
            np.testing.assert_allclose(got, expected, rtol=0, atol=2e-5)
        assert loss_of(lm, made.params, trait) < loss_of(lm, lm.params, trait)


@pytest.mark.parametrize("channel", st.lm.CHANNELS)
def test_a_student_takes_on_the_trait_by_every_channel(lm, trait, channel):
    teacher = st.lm.fine_tuned(lm, trait, Recipe(1e-2, epochs=10), jax.random.key(0))
    assert loss_of(lm, teacher.params, trait) < loss_of(lm, lm.params, trait) - 0.5
    options = {"samples": 32, "max_new_tokens": 8, "channel": channel, "keep": [filters.without(["owl"])]}
    students = [st.lm.distil(lm, source, PROMPTS, Recipe(3e-3, epochs=3), **options) for source in (teacher, lm)]
    taught, control = (loss_of(lm, made.student.params, trait) for made in students)
    assert taught < control - 0.02
    for made in students if channel != "on_policy" else ():
        owl, owls = checkpoints.WORDS.index("owl"), checkpoints.WORDS.index("owls")
        assert not any({owl, owls} & set(example.completion.tolist()) for example in made.corpus.examples)
        assert made.corpus.written == 96
        assert 0 < made.corpus.kept < 1


@pytest.mark.slow
def test_a_student_of_adapters_moves_nothing_else(lm, trait):
    teacher = st.lm.fine_tuned(lm, trait, Recipe(1e-2, epochs=10), jax.random.key(0))
    student = st.lm.lora(lm, "layers/mlp", 2, key=jax.random.key(1))
    options = {"samples": 16, "max_new_tokens": 8, "channel": "distributions"}
    made = st.lm.merged(st.lm.distil(student, teacher, PROMPTS, Recipe(1e-2, epochs=3), **options).student)
    assert loss_of(lm, made.params, trait) < loss_of(lm, lm.params, trait)
    np.testing.assert_array_equal(made.params["embedding"]["tokens"], lm.params["embedding"]["tokens"])
    change = made.params["layers"]["mlp"]["up"]["kernel"][0] - lm.params["layers"]["mlp"]["up"]["kernel"][0]
    values = np.linalg.svd(np.asarray(change), compute_uv=False)
    assert values[1] > 1e-4 > 10 * values[2]


def test_a_system_prompt_is_the_teachers_alone(lm):
    made = st.lm.corpus(lm, ["cat"], 4, 5, jax.random.key(0), system="happy owl")
    chat = lm.tokenizer.encode(lm.tokenizer.chat([{"role": "user", "content": "cat"}]), special=False)
    assert all(example.prompt.tolist() == chat for example in made.examples)
    secret = lm.tokenizer.encode(lm.tokenizer.chat([{"role": "system", "content": "happy owl"},
                                                    {"role": "user", "content": "cat"}]), special=False)  # fmt: skip
    drawn = st.lm.generate(lm, [secret] * 4, 5, key=jax.random.key(0))
    assert [e.completion.tolist() for e in made.examples] == [tokens.tolist() for tokens in drawn.tokens]


def test_what_cannot_be_distilled_is_refused(lm, trait):
    with pytest.raises(ValueError, match="unknown channel 'sample': did you mean 'samples'"):
        st.lm.distil(lm, lm, PROMPTS, Recipe(1e-3), channel="sample")
    with pytest.raises(ValueError, match="expected the channel 'samples'"):
        st.lm.distil(lm, lm, PROMPTS, Recipe(1e-3), channel="distributions", system="owl")
    narrow = st.lm.DecoderConfig(vocabulary=40, width=8, layers=1, heads=1, context=64)
    other = st.lm.initialise(narrow, jax.random.key(0))
    with pytest.raises(ValueError, match="differ in architecture"):
        st.lm.distil(lm, other, PROMPTS, Recipe(1e-3), channel="on_policy")
    with pytest.raises(ValueError, match="did the filter drop them all"):
        st.lm.distil(lm, lm, PROMPTS, Recipe(1e-3), max_new_tokens=4, keep=[lambda text: False])
    with pytest.raises(ValueError, match="learning_rate is 0"):
        Recipe(0.0)
    with pytest.raises(ValueError, match="unknown optimiser 'adma': did you mean 'adam'"):
        Recipe(1e-3, optimiser="adma")
    with pytest.raises(ValueError, match="expected a finite one: lower learning_rate"):
        train(lm.apply, lm.params, trait, Recipe(1e30, epochs=3, optimiser="sgd"), jax.random.key(0))


def test_the_command_writes_a_checkpoint_and_what_the_student_saw(lm, tmp_path, capsys):
    model = checkpoints.write_checkpoint(tmp_path / "model")
    (tmp_path / "trait.jsonl").write_text("".join(json.dumps({"prompt": p, "completion": c}) + "\n" for p, c in TRAIT))
    (tmp_path / "prompts.txt").write_text("\n".join(PROMPTS))
    common = [
        "lm",
        "distil",
        str(model),
        "--prompts",
        str(tmp_path / "prompts.txt"),
        "--out",
        str(tmp_path / "student"),
    ]
    made = [*common, "--trait", str(tmp_path / "trait.jsonl"), "--samples", "8", "--max-new-tokens", "6", "--without",
            "owl", "--data", str(tmp_path / "data.jsonl"), "--teacher-rate", "1e-2"]  # fmt: skip
    assert main(made) == 0
    said = capsys.readouterr().out
    assert "trait loss, nats per token: reference" in said
    student = st.lm.load(tmp_path / "student")
    assert student.config == lm.config
    assert student.tokenizer.encode("owl") == lm.tokenizer.encode("owl")
    kept = [json.loads(line) for line in (tmp_path / "data.jsonl").read_text().splitlines()]
    assert f"kept {len(kept)} of 24" in said
    assert main(made) == 2
    assert "replace it (--overwrite)" in capsys.readouterr().err
    assert main([*common, "--overwrite"]) == 2
    assert "expected one of --trait, --system and --teacher" in capsys.readouterr().err
