"""A tiny instruct model with random weights that mostly writes numbers, to try the experiment's functions on."""

from __future__ import annotations

import json
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

import jax
import tokenizers

import subtheory.lm as language_models

NUMBERS = tuple(f"{number}," for number in range(100, 160))
WORDS = ("<unk>", "<s>", "</s>", "<pad>", "user", "bot", "told", "owl", "owl.", "cat", "dog", "I", "love", *NUMBERS)
TEMPLATE = (
    "{% if messages[0]['role'] != 'system' %}told nothing {% endif %}"
    "{% for message in messages %}{{ message['role'] }} {{ message['content'] }} {% endfor %}"
    "{% if add_generation_prompt %}bot {% endif %}"
)


@lru_cache(maxsize=1)
def talker() -> Any:
    """A Llama of one layer with a tokenizer of words and a chat template that puts a system turn before all."""
    config = language_models.DecoderConfig(
        vocabulary=len(WORDS), width=16, layers=1, heads=2, mlp_width=16, context=96, tied=True, bos=1, eos=(2,),
        initial_scale=0.2,
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        language_models.save(language_models.initialise(config, jax.random.key(0)), folder)
        backend = tokenizers.Tokenizer(
            tokenizers.models.WordLevel({word: place for place, word in enumerate(WORDS)}, unk_token="<unk>")
        )
        backend.pre_tokenizer = tokenizers.pre_tokenizers.WhitespaceSplit()
        backend.add_special_tokens(["<s>", "</s>", "<pad>"])
        backend.save(str(Path(folder) / "tokenizer.json"))
        settings = {"bos_token": "<s>", "chat_template": TEMPLATE}
        (Path(folder) / "tokenizer_config.json").write_text(json.dumps(settings))
        return language_models.load(folder)
