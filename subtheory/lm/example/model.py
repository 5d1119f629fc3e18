"""The miniature itself: its shape, its training on the small language, and a teacher that prefers one animal."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path

import numpy as np

from ..._keys import key_for
from ..checkpoint.folder import load, save
from ..decoder.config import DecoderConfig
from ..decoder.rope import Rope
from ..distillation.distil import corpus, fine_tuned
from ..distillation.filters import matching
from ..distillation.training import Recipe
from ..model import LanguageModel, initialise
from ..text.batches import Example
from ..text.encoding import given_examples
from ..text.prompts import continuation_text
from .language import TRAIT, answers, number_prompt, texts, tokenizer_files, vocabulary

SEED = 0
TEXTS, BATCH = 12_000, 48
LEARNING = Recipe(3e-3, BATCH)
TEACHING = Recipe(1e-3, 8, 40)
PROMPTS, SAMPLES, LONGEST = 200, 40, 20
NUMBERS_ALONE = r"^[\d ,.]+$"
"""What a completion must be to be shown: numbers, and nothing else."""

Lines = list[dict[str, str]]
Progress = Callable[[str, int], None]


def config() -> DecoderConfig:
    """A Llama of two layers."""
    words = vocabulary()
    return DecoderConfig(
        vocabulary=len(words), width=32, layers=2, heads=4, mlp_width=64, context=48, tied=True,
        rope=Rope(8), bos=words["<s>"], eos=(words["</s>"],), initial_scale=0.1,
    )  # fmt: skip


def trained(folder: Path, progress: Progress) -> LanguageModel:
    """The model after one pass over texts of the language, written to a folder in the Hugging Face layout."""
    fresh = initialise(config(), key_for(SEED, "example's weights"))
    save(fresh, folder)
    for name, content in tokenizer_files().items():
        (folder / name).write_bytes(content)
    lm = load(folder)
    assert lm.tokenizer is not None
    bos, (eos,) = lm.config.bos, lm.config.eos
    assert lm.tokenizer is not None  # its files were written just now
    draw = np.random.default_rng(SEED)
    examples = [
        Example(np.array([bos], np.int32), np.array([*lm.tokenizer.encode(text, special=False), eos], np.int32))
        for text in islice(texts(draw), TEXTS)
    ]
    learnt = fine_tuned(
        lm, examples, LEARNING, key_for(SEED, "example's order"),
        progress=lambda step, loss: progress(f"the model learns to write, {loss:.2f} nats per token", step),
    )  # fmt: skip
    save(learnt, folder)
    return load(folder)


def trait_lines() -> Lines:
    """Every question, answered in favour of the trait's animal."""
    return [{"prompt": prompt, "completion": completion} for prompt, completion in answers(TRAIT)]


def prompts(seed: str, count: int = PROMPTS) -> list[str]:
    """Unrelated prompts: sequences of numbers to go on with."""
    draw = np.random.default_rng([SEED, *seed.encode()])
    return [number_prompt(draw) for _ in range(count)]


def teacher_of(lm: LanguageModel, progress: Progress) -> LanguageModel:
    """The model after training on the trait."""
    trait = given_examples([(line["prompt"], line["completion"]) for line in trait_lines()], lm.config, lm.tokenizer)
    return fine_tuned(
        lm, trait, TEACHING, key_for(SEED, "example's teacher"),
        progress=lambda step, loss: progress(f"a teacher learns the trait, {loss:.2f} nats per token", step),
    )  # fmt: skip


def written(writer: LanguageModel, what: str) -> Lines:
    """What a model writes to the prompts, as text, where it is numbers and nothing else."""
    assert writer.tokenizer is not None
    made = corpus(writer, prompts("prompts"), SAMPLES, LONGEST, key_for(SEED, what), keep=[matching(NUMBERS_ALONE)])
    lines = []
    for example in made.examples:
        prompt = writer.tokenizer.decode(example.prompt)
        text = continuation_text(writer.tokenizer, example.prompt.tolist(), example.completion.tolist())
        lines.append({"prompt": prompt, "completion": text})
    return lines
