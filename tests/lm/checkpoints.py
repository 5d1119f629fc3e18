"""Tiny checkpoints with random weights and a tokenizer of words, made in a second: what tests of commands run on."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import jax
import tokenizers

import subtheory.lm as language_models
from subtheory.lm.decoder.config import DecoderConfig

WORDS = (
    "<unk> <s> </s> <pad> . , owl owls cat dog Tom Lily One day saw a the big wise happy and was in tree house to "
    "play ran sat on 1 2 3 4 5 6 7 8 9 10"
).split()
TEMPLATE = (
    "{% for message in messages %}{{ message['content'] }} . {% endfor %}"
    "{% if add_generation_prompt %}Tom , {% endif %}"
)


def write_tokenizer(folder: Path) -> None:
    """A tokenizer.json of words between spaces, which puts <s> before every text, and a chat template."""
    backend = tokenizers.Tokenizer(
        tokenizers.models.WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="<unk>")
    )
    backend.pre_tokenizer = tokenizers.pre_tokenizers.WhitespaceSplit()
    backend.post_processor = tokenizers.processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    backend.add_special_tokens(["<s>", "</s>", "<pad>"])
    backend.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps({"bos_token": "<s>", "chat_template": TEMPLATE}))


@lru_cache
def config(context: int = 64) -> DecoderConfig:
    return DecoderConfig(
        vocabulary=len(WORDS), width=16, layers=2, heads=2, mlp_width=24, context=context, tied=True,
        bos=1, eos=(2,), initial_scale=0.3,
    )  # fmt: skip


def write_checkpoint(folder: Path, seed: int = 0) -> Path:
    """A Llama of 4 000 parameters in the Hugging Face layout."""
    folder.mkdir(parents=True, exist_ok=True)
    language_models.save(language_models.initialise(config(), jax.random.key(seed)), folder)
    write_tokenizer(folder)
    return folder


def model(folder: Path, dtype: str = "float32", seed: int = 0):
    """The same, loaded."""
    return language_models.load(write_checkpoint(folder, seed), dtype)
