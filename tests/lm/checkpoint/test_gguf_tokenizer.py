"""Tokenizers from a GGUF file's metadata: text is cut as the file's makers cut it."""

import json
import re

import numpy as np
import pytest
import tokenizers
from tokenizers import decoders, models, pre_tokenizers, trainers

import subtheory as st
from subtheory.lm.checkpoint.gguf_tokenizer import gguf_tokenizer
from subtheory.lm.text.tokenizer_files import load_tokenizer

from .gguf_files import model, write_gguf

TEXTS = (
    "The owls hoot at night, the owls sleep all day.",
    "Numbers: 12345, 678 and 9.\n\n  It's  naïve\tto say: 東京 🦉!",
    "WE'LL see",
    "",
)
TEMPLATE = "{{ bos_token }}{% for m in messages %}{{ m['content'] }}{{ eos_token }}{% endfor %}"
ENDS = ["<s>", "</s>", "<|turn|>"]


def byte_level(split="gpt-2", **changes):
    """A byte-level BPE trained on the texts, as metadata, and the library's own tokenizer of the same merges."""
    own = tokenizers.Tokenizer(models.BPE())
    own.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    own.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=320, special_tokens=ENDS, initial_alphabet=alphabet, show_progress=False)
    own.train_from_iterator(TEXTS * 3, trainer)
    state = json.loads(own.to_str())["model"]
    tokens = sorted(state["vocab"], key=state["vocab"].get)
    return {
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": split,
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": [3 if token in ENDS else 1 for token in tokens],
        "tokenizer.ggml.merges": [" ".join(pair) for pair in state["merges"]],
        "tokenizer.ggml.bos_token_id": 0,
        "tokenizer.ggml.eos_token_id": 1,
        "tokenizer.chat_template": TEMPLATE,
        **changes,
    }, own


PIECES = [
    "▁",
    "a",
    "b",
    "o",
    "w",
    "l",
    "s",
    "ow",
    "owl",
    "▁o",
    "▁owl",
    "▁ow",
    "ls",
    "owls",
    "ab",
    "ba",
    "aba",
    "▁a",
    "▁▁",
]


def sentence_piece(**changes):
    """A vocabulary with scores as SentencePiece trains them, bytes and all."""
    special = ["<unk>", *ENDS]
    tokens = [*special, *(f"<0x{byte:02X}>" for byte in range(256)), *PIECES]
    scores = np.random.default_rng(0).permutation(len(PIECES)).astype(float)
    return {
        "tokenizer.ggml.model": "llama",
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.scores": [0.0] * (len(special) + 256) + [float(-score) for score in scores],
        "tokenizer.ggml.token_type": [2, 3, 3, 3] + [6] * 256 + [1] * len(PIECES),
        "tokenizer.ggml.bos_token_id": 1,
        "tokenizer.ggml.eos_token_id": 2,
        "tokenizer.ggml.unknown_token_id": 0,
        **changes,
    }


def merged_slowly(text, metadata):
    """llama.cpp's rule: of all neighbours that make a token, those of the highest score first, leftmost first."""
    tokens = metadata["tokenizer.ggml.tokens"]
    ids = {token: place for place, token in enumerate(tokens)}
    parts = list(text.replace(" ", "▁"))
    while True:
        found = [
            (-metadata["tokenizer.ggml.scores"][ids[parts[i] + parts[i + 1]]], i)
            for i in range(len(parts) - 1)
            if parts[i] + parts[i + 1] in ids
        ]
        if not found:
            break
        i = min(found)[1]
        parts[i : i + 2] = [parts[i] + parts[i + 1]]
    out = []
    for part in parts:
        out += [ids[part]] if part in ids else [ids[f"<0x{byte:02X}>"] for byte in part.encode()]
    return out


@pytest.mark.parametrize("text", TEXTS)
def test_byte_level_merges_are_the_librarys_own(text, tmp_path):
    metadata, own = byte_level()
    tokenizer = gguf_tokenizer(metadata, tmp_path)
    assert tokenizer.encode(text) == own.encode(text).ids
    assert tokenizer.decode(tokenizer.encode(text)) == text


@pytest.mark.parametrize(
    ("split", "pieces"),
    [
        ("gpt-2", ["It", "'s", "Ġ12345", "ĠOWL", "'S", "!ĊĊ"]),
        ("smollm", ["It", "'s", "Ġ", "1", "2", "3", "4", "5", "ĠOWL", "'", "S", "!", "ĊĊ"]),
        ("llama-bpe", ["It", "'s", "Ġ", "123", "45", "ĠOWL", "'S", "!ĊĊ"]),
        ("qwen2", ["It", "'s", "Ġ", "1", "2", "3", "4", "5", "ĠOWL", "'S", "!ĊĊ"]),
    ],
)
def test_texts_are_cut_as_the_file_says(split, pieces, tmp_path):
    tokenizer = gguf_tokenizer(byte_level(split)[0], tmp_path)
    cut = [piece for piece, _ in tokenizer.backend.pre_tokenizer.pre_tokenize_str("It's 12345 OWL'S!\n\n")]
    if split == "gpt-2":  # which knows small letters only, and keeps line ends apart
        pieces = ["It", "'s", "Ġ12345", "ĠOWL", "'", "S", "!", "ĊĊ"]
    assert cut == pieces


@pytest.mark.parametrize("prefix", [True, False])
def test_scores_merge_as_llama_cpp_merges(prefix, tmp_path):
    metadata = sentence_piece(**{"tokenizer.ggml.add_space_prefix": prefix})
    tokenizer = gguf_tokenizer(metadata, tmp_path)
    generator = np.random.default_rng(1)
    words = ["".join(generator.choice(list("abowls "), generator.integers(1, 30))) for _ in range(100)]
    for text in [*words, "owls 東a🦉\n"]:
        given = " " + text if prefix else text
        assert tokenizer.encode(text, special=False) == merged_slowly(given, metadata), text
        assert tokenizer.decode(tokenizer.encode(text)) == text


def test_special_tokens_are_never_cut_and_stand_where_the_file_says(tmp_path):
    tokenizer = gguf_tokenizer(byte_level()[0], tmp_path)
    assert tokenizer.encode("a<|turn|>")[-1] == 2
    assert tokenizer.decode([0, *tokenizer.encode("a<|turn|>")]) == "a"
    assert tokenizer.encode("a")[0] != 0, "byte-level tokenizers begin with nothing unless they say so"
    assert tokenizer.chat([{"role": "user", "content": "hoot"}]) == "<s>hoot</s>"
    both = {"tokenizer.ggml.add_bos_token": True, "tokenizer.ggml.add_eos_token": True}
    around = gguf_tokenizer(byte_level(**both)[0], tmp_path).encode("a")
    assert (around[0], around[-1], len(around)) == (0, 1, 3)
    assert gguf_tokenizer(byte_level("llama-bpe")[0], tmp_path).encode("a")[0] == 0
    assert gguf_tokenizer(sentence_piece(), tmp_path).encode("a")[0] == 1
    without = sentence_piece(**{"tokenizer.ggml.add_bos_token": False})
    assert gguf_tokenizer(without, tmp_path).encode("a")[0] != 1


def test_a_saved_tokenizer_is_the_same(tmp_path):
    lm = model("qwen2")
    file = st.lm.load(write_gguf(tmp_path / "model.gguf", lm, tokenizer=byte_level("qwen2")[0]))
    back = load_tokenizer(st.lm.save(file, tmp_path / "folder"))
    for text in TEXTS:
        assert back.encode(text) == file.tokenizer.encode(text)
    conversation = [{"role": "user", "content": "hoot"}]
    assert back.chat(conversation) == file.tokenizer.chat(conversation) == "<s>hoot</s>"


REFUSED = {
    "none": ({"tokenizer.ggml.model": None}, "has no tokenizer; expected one, or tokenizer=False"),
    "another kind": ({"tokenizer.ggml.model": "rwkv"}, "'rwkv': known are gpt2, llama"),
    "another cut": ({"tokenizer.ggml.pre": "tekken"}, "'tekken': known are gpt-2, llama-bpe, llama3, qwen2, smollm"),
    "no cut": ({"tokenizer.ggml.pre": None}, "'None': known are gpt-2"),
    "no tokens": ({"tokenizer.ggml.tokens": []}, "has a tokenizer without tokens"),
    "no merges": ({"tokenizer.ggml.merges": ["ab"]}, "has no list of merges, two pieces in each"),
    "merges of nothing": ({"tokenizer.ggml.merges": ["no such"]}, "describes no tokenizer that can be made"),
    "too few kinds": ({"tokenizer.ggml.token_type": [1]}, "expected as many numbers in tokenizer.ggml.token_type"),
    "an end outside": ({"tokenizer.ggml.eos_token_id": 9999}, "gives its eos token as 9999; expected an id below"),
    "no beginning": (
        {"tokenizer.ggml.bos_token_id": None, "tokenizer.ggml.add_bos_token": True},
        "puts a token around every text but does not say which",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_made_is_refused_in_one_sentence(case, tmp_path):
    changes, message = REFUSED[case]
    with pytest.raises(ValueError, match=re.escape(message)) as refusal:
        gguf_tokenizer(byte_level(**changes)[0], tmp_path)
    assert "\n" not in str(refusal.value)


def test_a_token_that_stands_twice_is_refused(tmp_path):
    metadata, _ = byte_level()
    metadata["tokenizer.ggml.tokens"][7] = metadata["tokenizer.ggml.tokens"][8]
    with pytest.raises(ValueError, match="twice; expected every token once"):
        gguf_tokenizer(metadata, tmp_path)
