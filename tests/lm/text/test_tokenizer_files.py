"""Tokenizers from strangers: what lengthens texts or ends the process is refused, other formats are built or named."""

import json
import re

import pytest
import tokenizers

from subtheory.lm.text.tokenizer_files import load_tokenizer

from ..checkpoints import write_tokenizer


@pytest.fixture
def folder(tmp_path):
    write_tokenizer(tmp_path)
    return tmp_path


def change(folder, name, **parts):
    raw = json.loads((folder / name).read_text())
    (folder / name).write_text(json.dumps(raw | parts))


def test_padding_and_truncation_are_taken_out(folder):
    plain = load_tokenizer(folder).encode("owl owls cat")
    padding = {"strategy": {"Fixed": 10**15}, "direction": "Right", "pad_to_multiple_of": None, "pad_id": 0}
    padding |= {"pad_type_id": 0, "pad_token": "<pad>"}
    truncation = {"direction": "Right", "max_length": 1, "strategy": "LongestFirst", "stride": 0}
    change(folder, "tokenizer.json", padding=padding, truncation=truncation)
    assert load_tokenizer(folder).encode("owl owls cat") == plain


def replaced(times):
    one = {"type": "Replace", "pattern": {"String": "a"}, "content": "a" * 100}
    return {"type": "Sequence", "normalizers": [one] * times}


def before(length):
    return {"type": "Prepend", "prepend": "a" * length}


def added(*lengths):
    plain = dict.fromkeys(("single_word", "lstrip", "rstrip", "special"), False)
    return [{"id": 4 + i, "content": "a" * length, "normalized": True, **plain} for i, length in enumerate(lengths)]


def test_tokens_that_would_make_the_library_run_out_of_memory_never_reach_it(folder):
    """An allocation that fails in there ends the process: 2 GB are less than these automata would take."""
    change(folder, "tokenizer.json", normalizer=replaced(1) | {"normalizers": []}, added_tokens=added(10**3))
    assert len(load_tokenizer(folder).encode("a" * 10**3)) == 2
    parts = json.loads((folder / "tokenizer.json").read_text())
    parts |= {"padding": {"strategy": "no such"}, "truncation": 7}
    (folder / "tokenizer.json").write_text(json.dumps(parts))
    assert len(load_tokenizer(folder).encode("a" * 10**3)) == 2  # what is left out need not be right


@pytest.mark.parametrize(
    ("name", "parts", "words"),
    [
        ("tokenizer.json", dict(normalizer=replaced(8)), "lengthens texts 10000-fold or more; expected"),
        ("tokenizer.json", dict(normalizer=dict(type="Prepend", prepend="a" * 10**6)), "a text of 1000000 characters;"),
        ("tokenizer.json", dict(decoder=[["x"] * 10**6]), "is no tokenizer: Expected `object | null`, got `array`"),
        ("tokenizer.json", dict(post_processor=dict(single=["x"] * 10**6)), "has more than 100000 parts; expected"),
        (
            "tokenizer.json",
            dict(normalizer=replaced(1), added_tokens=added(10**6)),
            "1 added tokens, of 100000000 char",
        ),
        ("tokenizer.json", dict(normalizer=before(10**4), added_tokens=added(*[1] * 2000)), "2000 added tokens, of"),
        ("tokenizer.json", dict(normalizer=7), "is no tokenizer: Expected `object | null`, got `int`"),
        ("tokenizer.json", dict(model={"type": "BPE", "vocab": [], "merges": 3}), "is no tokenizer"),
        ("tokenizer_config.json", dict(chat_template=[1, 2, 3]), "chat_template in"),
        ("tokenizer_config.json", dict(chat_template={"a": 1}), "expected text, or a list of objects with name and"),
        ("tokenizer_config.json", dict(chat_template=[{"name": "default", "template": 3}]), "chat_template in"),
    ],
)
def test_what_cannot_be_meant_is_refused(name, parts, words, folder):
    change(folder, name, **parts)
    with pytest.raises(ValueError, match=re.escape(words)) as caught:
        load_tokenizer(folder)
    assert len(str(caught.value)) < 500


def test_a_named_default_template_counts(folder):
    named = [{"name": "tools", "template": "b"}, {"name": "default", "template": "a"}]
    change(folder, "tokenizer_config.json", chat_template=named)
    assert load_tokenizer(folder).chat([{"role": "user", "content": "x"}]) == "a"


def test_text_that_is_none(folder):
    with pytest.raises(ValueError, match="the tokenizer cannot encode this text"):
        load_tokenizer(folder).encode("\udcff")


@pytest.mark.parametrize("kind", [None, "GPT2TokenizerFast", "Qwen2Tokenizer"])
def test_a_vocabulary_and_merges_are_built(kind, tmp_path):
    """Byte by byte and merge by merge, as the library's own byte-level tokenizer does it."""
    vocabulary = {sign: i for i, sign in enumerate(sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet()))}
    merges = [("h", "e"), ("l", "l"), ("he", "ll"), ("Ġ", "hell"), ("1", "2")]
    for pair in merges:
        vocabulary["".join(pair)] = len(vocabulary)
    vocabulary["<|endoftext|>"] = len(vocabulary)
    (tmp_path / "vocab.json").write_text(json.dumps(vocabulary))
    (tmp_path / "merges.txt").write_text("#version: 0.2\n" + "\n".join(" ".join(pair) for pair in merges) + "\n")
    number = len(vocabulary)
    settings = {"added_tokens_decoder": {str(number): {"content": "<|im_end|>", "special": True}}}
    if kind is not None:
        settings["tokenizer_class"] = kind
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(settings))
    made = load_tokenizer(tmp_path)
    oracle = tokenizers.ByteLevelBPETokenizer.from_file(str(tmp_path / "vocab.json"), str(tmp_path / "merges.txt"))
    text = "hello hell, it's ünï 日本\n\n  x"
    assert made.encode(text) == oracle.encode(text).ids
    assert made.decode(made.encode(text)) == text
    assert made.encode("x<|im_end|>")[-1] == number
    digits = [vocabulary["12"]] if kind != "Qwen2Tokenizer" else [vocabulary["1"], vocabulary["2"]]
    assert made.encode("12") == digits  # Qwen cuts numbers into digits
    (tmp_path / "saved").mkdir()
    for name, content in made.files.items():
        (tmp_path / "saved" / name).write_bytes(content)
    assert load_tokenizer(tmp_path / "saved").encode(text) == made.encode(text)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("vocab.json", '{"a": "b"}', "is no vocabulary; expected a number for each token"),
        ("merges.txt", "a b c", "has a line that is no pair"),
        ("merges.txt", "q w", "does not fit its vocab.json"),
        ("tokenizer_config.json", '{"tokenizer_class": "CLIPTokenizer"}', "unknown tokenizer_class"),
        ("tokenizer_config.json", '{"added_tokens_decoder": {"7": {"content": "x"}}}', "has the number 7; expected 2"),
        (
            "tokenizer_config.json",
            '{"added_tokens_decoder": [7]}',
            "in tokenizer_config.json holds",
        ),
    ],
)
def test_a_vocabulary_and_merges_that_are_wrong(name, content, words, tmp_path):
    (tmp_path / "vocab.json").write_text('{"a": 0, "b": 1}')
    (tmp_path / "merges.txt").write_text("")
    (tmp_path / name).write_text(content)
    with pytest.raises(ValueError, match=re.escape(words)):
        load_tokenizer(tmp_path)


def test_sentencepiece_alone_is_met_with_the_conversion(tmp_path):
    (tmp_path / "tokenizer.model").write_bytes(b"x")
    with pytest.raises(ValueError, match=r"has tokenizer.model alone.* make it with python -c .*from_pretrained"):
        load_tokenizer(tmp_path)
