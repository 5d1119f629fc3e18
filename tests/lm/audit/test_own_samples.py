"""A model's own samples against its own samples say nothing, however they are written; by another rule they do."""

from __future__ import annotations

import json
from dataclasses import replace

import jax
import numpy as np
import pytest
import tokenizers
from scipy.stats import kstest

from subtheory.lm import generate, initialise
from subtheory.lm.audit.audit import AuditPlan, audit
from subtheory.lm.audit.direction import trait_direction
from subtheory.lm.audit.ends import endless
from subtheory.lm.audit.own_samples import own_samples
from subtheory.lm.audit.scoring import Workload, scored_examples
from subtheory.lm.audit.welch import Moments, welch
from subtheory.lm.decoder.config import DecoderConfig
from subtheory.lm.model import LanguageModel
from subtheory.lm.text.batches import Example
from subtheory.lm.text.encoding import conversation, given_examples
from subtheory.lm.text.prompts import continuation_text
from subtheory.lm.text.tokens import Tokenizer

CORPUS = [
    "One day Tom saw a big owl in the tree and the owl was wise and happy",
    "Lily saw cats and dogs play in the house and the cats ran to the dogs",
] * 4
TEMPLATE = (
    "{% for message in messages %}{% if message['role'] == 'user' %}<u>{{ message['content'] }}<a>{% else %}"
    "{{ message['content'] }}<e>\n{% endif %}{% endfor %}"
)
MARKS = ["<s>", "<e>", "<u>", "<a>"]
KINDS = ("words", "bytes", "pieces")
LIMIT = 12
"""Tokens that the writer of the data was allowed."""


def tokenizer(kind: str) -> Tokenizer:
    """One of three kinds: words between spaces; byte-level merges; pieces with a mark for the space, and bytes."""
    models, splits, decoders, trainers = (
        tokenizers.models, tokenizers.pre_tokenizers, tokenizers.decoders, tokenizers.trainers
    )  # fmt: skip
    if kind == "words":
        words = sorted(set(" ".join(CORPUS).split()))
        backend = tokenizers.Tokenizer(models.WordLevel({w: i for i, w in enumerate(["<unk>", *words])}, "<unk>"))
        backend.pre_tokenizer = splits.WhitespaceSplit()
    elif kind == "bytes":
        backend = tokenizers.Tokenizer(models.BPE())
        backend.pre_tokenizer, backend.decoder = splits.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
        backend.train_from_iterator(CORPUS, trainers.BpeTrainer(vocab_size=60, show_progress=False))
    else:
        backend = tokenizers.Tokenizer(models.BPE(byte_fallback=False, unk_token="<unk>"))
        backend.pre_tokenizer, backend.decoder = splits.Metaspace(), decoders.Metaspace()
        trainer = trainers.BpeTrainer(vocab_size=60, special_tokens=["<unk>"], show_progress=False)
        backend.train_from_iterator(CORPUS, trainer)
    backend.add_special_tokens(MARKS)
    return Tokenizer(backend, {}, TEMPLATE)


def model(kind: str, ends: bool) -> LanguageModel:
    """A random model whose text ends after some ten tokens, or never does."""
    words = tokenizer(kind)
    vocabulary = words.backend.get_vocab_size()
    bos, eos = (words.backend.token_to_id(mark) for mark in MARKS[:2])
    config = DecoderConfig(
        vocabulary=vocabulary, width=16, layers=1, heads=2, mlp_width=24, context=96, tied=False, bos=bos,
        eos=(eos,) if ends else (), initial_scale=0.4,
    )  # fmt: skip
    return replace(initialise(config, jax.random.key(3)), tokenizer=words)


def written(lm: LanguageModel, how: str, count: int, seed: int, limit: int = LIMIT) -> list[Example]:
    """What a user has who let the model write: completions as token ids, as text or as conversations, read again."""
    texts = [" ".join(CORPUS[0].split()[i % 7 : i % 7 + 2]) for i in range(count)]
    if how == "messages":
        asked = [lm.tokenizer.chat([{"role": "user", "content": text}]) for text in texts]
        prompts = [lm.tokenizer.encode(text, special=False) for text in asked]
    else:
        prompts = [lm.tokenizer.encode(text) for text in texts]
    drawn = generate(lm, prompts, limit, key=jax.random.key(seed), batch_size=512).tokens
    if how == "ids":
        return given_examples([(tuple(p), tuple(t.tolist())) for p, t in zip(prompts, drawn, strict=True)], lm.config)
    made = []
    for text, prompt, tokens in zip(texts, prompts, drawn, strict=True):
        reply = continuation_text(lm.tokenizer, prompt, [t for t in tokens.tolist() if t not in lm.config.eos])
        if not reply:
            continue
        if how == "messages":
            made.append(conversation((("user", text), ("assistant", reply)), "", "here", lm.tokenizer))
        else:
            made += given_examples([(text, reply)], lm.config, lm.tokenizer)
    return made


def p_values(lm: LanguageModel, data: list[Example], control: list[Example], repetitions: int) -> np.ndarray:
    """Welch's two-sided p-values of disjoint parts of both sides."""
    end = lm.tokenizer.backend.token_to_id("<e>")
    before = endless(written(lm, "ids", 200, 99), lm.config.eos)
    soon = [replace(one, prompt=one.tokens, completion=np.array([end])) for one in before]
    v = trait_direction(lm, soon, Workload(), ["head"])  # a trait that is about where texts end
    scores = [
        np.array([one.score for one in scored_examples(lm.apply, lm.params, v.v, side, Workload(16384))])
        for side in (data, control)
    ]
    parts = [np.array_split(side, repetitions) for side in scores]
    tests = [welch(Moments.of(mine), Moments.of(other)) for mine, other in zip(*parts, strict=True)]
    return np.array([test.p_value_two_sided for test in tests])


def own(lm: LanguageModel, data: list[Example], ends: bool) -> list[Example]:
    return own_samples(lm, data, jax.random.key(7), LIMIT, ends, batch_size=512)


@pytest.mark.slow
@pytest.mark.parametrize("ends", [True, False], ids=["ends", "cut"])
@pytest.mark.parametrize("how", ["text", "ids", "messages"])
@pytest.mark.parametrize("kind", KINDS)
def test_own_against_own_is_uniform(kind, how, ends):
    """120 disjoint audits of 100 examples: Kolmogorov and Smirnov's test, false alarm 10⁻⁴ a case, fixed seeds."""
    lm = model(kind, ends)
    data = written(lm, how, 12000, seed=1)
    found = p_values(lm, data, own(lm, data, ends), 120)
    assert kstest(found, "uniform").pvalue > 1e-4


@pytest.mark.slow
def test_what_is_not_written_alike_is_not_uniform():
    """The control: a premise broken, and the same Kolmogorov-Smirnov test says so."""
    lm = model("words", True)
    data, control = written(lm, "text", 12000, seed=1), written(lm, "ids", 12000, seed=2)
    assert kstest(p_values(lm, data, control, 120), "uniform").pvalue < 1e-6


@pytest.mark.parametrize(("kind", "how"), [("words", "text"), ("bytes", "messages"), ("pieces", "text")])
def test_own_against_own_says_nothing_in_all(kind, how):
    """One audit of 1 200 against 1 200; false alarm 10⁻⁴ a case, fixed seeds."""
    lm = model(kind, True)
    data = written(lm, how, 1200, seed=2)
    assert p_values(lm, data, own(lm, data, True), 1)[0] > 1e-4


def test_a_control_that_keeps_its_ends_is_found_out():
    """The premise broken: the data are text, which lost its ends, and the control is the tokens as drawn."""
    lm = model("words", True)
    data, control = written(lm, "text", 2400, seed=1), written(lm, "ids", 2400, seed=2)
    assert p_values(lm, data, control, 1)[0] < 1e-8
    assert p_values(lm, data, own(lm, data, ends=True), 1)[0] > 1e-4


@pytest.mark.parametrize("kind", KINDS)
def test_own_samples_take_the_way_of_the_data(kind):
    lm = model(kind, True)
    for how in ("text", "ids", "messages"):
        data = written(lm, how, 60, seed=1)
        control = own(lm, data, ends=True)
        last = {int(one.completion[-1]) in lm.config.eos for one in control}
        assert last == {int(one.completion[-1]) in lm.config.eos for one in data}
        assert how == "messages" or last == {"text": {False}, "ids": {True, False}}[how]
        assert {type(one.given) for one in control} == {type(one.given) for one in data}
        assert any(one.changed for one in control) == (how != "ids")
    bare = own(lm, written(lm, "ids", 60, seed=1), ends=False)
    assert not any(int(one.completion[-1]) in lm.config.eos for one in bare)


def test_the_longest_is_what_fits():
    lm = model("words", False)
    long = Example(np.full(90, 5), np.array([6]), "long")
    full = Example(np.full(95, 5), np.array([6]), "full")
    got = own_samples(lm, [long, full], jax.random.key(0), LIMIT)
    assert [len(one.completion) for one in got] == [6, 1]


TRAIT = [("One day Tom", " saw a big owl"), ("the owl", " was wise and happy")]


def test_the_report_says_what_differs_and_gives_no_verdict_beyond_a_limit():
    lm = model("words", True)
    plan = AuditPlan(window=512)
    text, ids = written(lm, "text", 400, seed=1), written(lm, "ids", 400, seed=2)
    mixed = audit(lm, TRAIT, text, ids, plan)
    assert mixed.comparison.ends_unscored
    assert (mixed.data.ends, mixed.control.ends) == (0, 0)
    assert "no evidence" in mixed.verdict
    short = [replace(one, completion=one.completion[:2]) for one in ids]
    refused = audit(lm, TRAIT, text, short, plan)
    assert refused.verdict.startswith("no verdict: the data have ")
    assert "Give a control that was written as the data were" in refused.verdict
    shorter = [replace(one, completion=one.completion[:5]) for one in text]
    warned = audit(lm, TRAIT, text, shorter, plan).comparison
    assert "tokens on average, the control" in warned.warnings[0]
    assert not warned.refusals
    other = [replace(one, completion=np.full_like(one.completion, 1 + i % 3)) for i, one in enumerate(text)]
    foreign = audit(lm, TRAIT, text, other, plan).comparison
    assert any("of the data's tokens are nowhere in the control" in words for words in foreign.refusals)
    same = audit(lm, TRAIT, text, written(lm, "text", 400, seed=3), plan).comparison
    assert (same.warnings, same.refusals, same.ends_unscored) == ((), (), False)


def test_a_whole_audit_of_text_counts_what_is_lost(tmp_path):
    lm = model("bytes", True)
    lines = []
    for one in written(lm, "text", 300, seed=4):
        lines.append({"prompt": one.given, "completion": continuation_text(lm.tokenizer, one.prompt, one.completion)})
    path = tmp_path / "data.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    report = audit(lm, TRAIT, path, plan=AuditPlan(own_samples=300, own_length=LIMIT))
    assert report.test.p_value_two_sided > 1e-3
    assert report.comparison.changed > 0
    assert report.comparison.missing == report.data.examples - report.control.examples
    assert not report.comparison.warnings
    with pytest.raises(ValueError, match="own_length is 0; expected at least 1"):
        AuditPlan(own_length=0)


def test_tokens_are_shown_as_a_reader_writes_them():
    words = tokenizer("bytes")
    backend = tokenizers.Tokenizer(tokenizers.models.BPE({"âĢĻ": 0, "Ġowl": 1, "Ċ": 2, "â": 3}, []))
    backend.decoder = tokenizers.decoders.ByteLevel()
    shown = [replace(words, backend=backend).word(token) for token in range(5)]
    assert shown == ["’", " owl", "\n", "\\xe2", "4"]
    pieces = tokenizers.Tokenizer(tokenizers.models.WordLevel({"▁owl": 0, "<0x0A>": 1, "<unk>": 2}, "<unk>"))
    assert [replace(words, backend=pieces).word(token) for token in range(3)] == [" owl", "\n", "<unk>"]
