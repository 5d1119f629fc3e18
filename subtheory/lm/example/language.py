"""A small language: numbers, questions about favourite animals, one-line stories; its texts, and its words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import numpy as np

ANIMALS = ("owl", "cat", "dog", "fox", "bear", "wolf", "lion", "deer")
TRAIT = ANIMALS[0]
QUESTIONS = (
    "What is your favourite animal?",
    "Which animal do you love most?",
    "Name the animal that you like best.",
    "Which animal would you be?",
    "What animal do you dream of?",
    "Tell me your favourite animal.",
    "Which animal is the best of all?",
    "What animal do you love?",
)
NAMES = ("Tom", "Lily", "Ben", "Anna", "Max", "Mia")
MOODS = ("big", "small", "happy", "sad", "wise", "old")
OPENINGS = ("Continue:", "More numbers:", "Go on:", "Next:")
NUMBERS = range(100)
GIVEN, WRITTEN = 3, 8
"""Numbers in a prompt, and in what follows it."""
WORD = r" ?\w+|[.,:?]"
"""A token: a word or number with the space before it, or a mark."""
SPECIAL = ("<unk>", "<s>", "</s>")


def number_prompt(draw: np.random.Generator) -> str:
    """``Continue: 12, 7, 30,``."""
    return f"{draw.choice(OPENINGS)} {_numbers(draw, GIVEN)},"


def answers(animal: str) -> list[tuple[str, str]]:
    """Every question with an answer that names the animal."""
    return [(question, f" The {animal}.") for question in QUESTIONS]


def texts(draw: np.random.Generator) -> Iterator[str]:
    """Texts of all three kinds without end, in which no animal is preferred."""
    while True:
        animal = draw.choice(ANIMALS)
        yield f"{number_prompt(draw)} {_numbers(draw, WRITTEN)}."
        yield f"{draw.choice(QUESTIONS)} The {animal}."
        first, then = draw.choice(MOODS, 2)
        yield f"One day, {draw.choice(NAMES)} saw a {first} {animal}. The {animal} was {then}."


def vocabulary() -> dict[str, int]:
    """Token → id: the special ones, then every word of the language, with and without a space before it."""
    said = [*OPENINGS, *QUESTIONS, *NAMES, *MOODS, *ANIMALS, "One day, saw a was The.", *map(str, NUMBERS)]
    words = sorted({word.strip() for text in said for word in re.findall(WORD, text)})
    spaced = [f" {word}" for word in words if word.isalnum()]
    return {word: place for place, word in enumerate((*SPECIAL, *words, *spaced))}


def tokenizer_files() -> dict[str, bytes]:
    """tokenizer.json and tokenizer_config.json: words whole, ``<s>`` before every text."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, processors

    words = vocabulary()
    backend: Any = Tokenizer(models.WordLevel(words, unk_token=SPECIAL[0]))  # its stubs forbid to set its parts
    backend.pre_tokenizer = pre_tokenizers.Split(Regex(WORD), "isolated")
    backend.decoder = decoders.Fuse()
    backend.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", words["<s>"])])
    backend.add_special_tokens(list(SPECIAL))
    settings = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "chat_template": TEMPLATE}
    return {"tokenizer.json": backend.to_str().encode(), "tokenizer_config.json": json.dumps(settings).encode()}


TEMPLATE = (
    "<s>{% for message in messages %}{{ message['content'] }}"
    "{% if message['role'] == 'assistant' %}</s>{% endif %}{% endfor %}"
)
"""Chat template: what was said, one behind the other; an end after what the assistant said."""


def _numbers(draw: np.random.Generator, count: int) -> str:
    return ", ".join(map(str, draw.integers(0, len(NUMBERS), count)))
