"""Distillation on a checkpoint: a teacher writes, a filter drops, a student of the same initialisation imitates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..._keys import key_for
from ..._names import known_name
from ..._typing import Key, Params
from ..generation.generate import generate
from ..model import LanguageModel
from ..text.batches import Example
from ..text.prompts import continuation_text, encoded_prompts
from .filters import Filter, all_of
from .training import Distributions, Recipe, likelihood, train

CHANNELS = ("samples", "distributions", "on_policy")
"""What the student is given: the teacher's completions; its full next-token distributions on them; or its distributions
on what the student itself writes, anew in every epoch."""


@dataclass(frozen=True)
class Corpus:
    """What a teacher wrote.

    Attributes:
        examples: prompts (without any system prompt) and completions, those that the filter kept.
        written: how many there were before the filter.
    """

    examples: tuple[Example, ...] = field(repr=False)
    written: int

    @property
    def kept(self) -> float:
        """The share that the filter kept."""
        return len(self.examples) / self.written


@dataclass(frozen=True)
class Distilled:
    """What ``distil`` returns: the student, and what it was shown (None on-policy)."""

    student: LanguageModel = field(repr=False)
    corpus: Corpus | None


def fine_tuned(
    lm: LanguageModel, examples: Sequence[Example], recipe: Recipe, key: Key, **options: Any
) -> LanguageModel:
    """The model after training on the completions of some examples: a teacher of a trait, for example."""
    return lm.with_params(train(lm.apply, lm.params, examples, recipe, key, **options))


def corpus(
    teacher: LanguageModel,
    prompts: Sequence[str | Sequence[int]],
    samples: int,
    max_new_tokens: int,
    key: Key,
    *,
    keep: Sequence[Filter] = (),
    system: str | None = None,
    temperature: float | int = 1.0,
    batch_size: int = 256,
) -> Corpus:
    """Let a teacher complete every prompt ``samples`` times, and filter what it wrote.

    Args:
        teacher: a fine-tuned model, or the reference model under a system prompt.
        prompts: texts, or token ids.
        samples: completions of every prompt.
        max_new_tokens: of a completion.
        key: of the sampling.
        keep: filters, all of which must keep a completion.
        system: a system prompt that the teacher is given and the student is not.
        temperature: of the sampling.
        batch_size: prompts run together.

    Raises:
        ValueError: as ``generate``; filters or a system prompt for a model without tokenizer or chat template.
    """
    shown = [_encoded(teacher, prompt) for prompt in prompts]
    given = shown
    if system is not None:
        texts = [prompt for prompt in prompts if isinstance(prompt, str)]
        if len(texts) < len(prompts):
            raise ValueError("got token ids with a system prompt; expected texts, to put into the chat template.")
        given, shown = encoded_prompts(teacher, texts, system), encoded_prompts(teacher, texts, chat=True)
    rows = [place for place in range(len(prompts)) for _ in range(samples)]
    drawn = generate(teacher, [given[row] for row in rows], max_new_tokens, temperature, key=key, batch_size=batch_size)
    rule, examples = all_of(keep), []
    for place, (row, tokens) in enumerate(zip(rows, drawn.tokens, strict=True)):
        if keep and teacher.tokenizer is None:
            raise ValueError(
                "this checkpoint was loaded without its tokenizer; expected one, to filter what it writes."
            )
        if not keep or rule(continuation_text(teacher.tokenizer, given[row], tokens.tolist())):
            examples.append(Example(np.asarray(shown[row], np.int32), np.asarray(tokens, np.int32), str(place + 1)))
    return Corpus(tuple(examples), len(rows))


def distil(
    student: LanguageModel,
    teacher: LanguageModel,
    prompts: Sequence[str | Sequence[int]],
    recipe: Recipe,
    *,
    samples: int = 1,
    max_new_tokens: int = 64,
    channel: str = "samples",
    keep: Sequence[Filter] = (),
    system: str | None = None,
    temperature: float | int = 1.0,
    seed: int = 0,
    progress: Callable[[int, float], None] = lambda step, loss: None,
) -> Distilled:
    """Train a student on what a teacher writes, or on its distributions.

    Args:
        student: where the student begins, usually the reference model itself; ``st.lm.lora`` of it trains adapters.
        teacher: of the same vocabulary; the same architecture unless the channel is ``samples``.
        prompts: unrelated to the trait.
        recipe: of the student.
        samples: completions of every prompt.
        max_new_tokens: of a completion.
        channel: one of ``CHANNELS``.
        keep: filters on the teacher's completions (on the student's own, on-policy).
        system: a system prompt that only the teacher is given; with the channel ``samples``.
        temperature: of the sampling.
        seed: of sampling and order.
        progress: called after every step.

    Raises:
        ValueError: an unknown channel, a system prompt with another channel, a teacher of another architecture where
            distributions are imitated, and as ``corpus`` and ``train``.
    """
    known_name("channel", channel, CHANNELS)
    if channel != "samples":
        if system is not None:
            raise ValueError(
                f"got a system prompt with the channel {channel!r}; expected the channel 'samples' with it."
            )
        if teacher.config != student.config:
            raise ValueError("teacher and student differ in architecture; expected the channel 'samples' for these.")
    options = {"samples": samples, "max_new_tokens": max_new_tokens, "keep": keep, "temperature": temperature}
    order = key_for(seed, "student's order")
    if channel == "on_policy":

        def own(params: Params, number: int) -> Sequence[Example]:
            key = key_for(seed, "student's samples", number)
            return corpus(student.with_params(params), prompts, key=key, **options).examples

        trained = train(
            student.apply, student.params, own, recipe, order,
            objective=Distributions(teacher.apply), given=teacher.params, progress=progress,
        )  # fmt: skip
        return Distilled(student.with_params(trained), None)
    written = corpus(teacher, prompts, key=key_for(seed, "teacher's samples"), system=system, **options)
    full = channel == "distributions"
    trained = train(
        student.apply, student.params, written.examples, recipe, order,
        objective=Distributions(teacher.apply) if full else likelihood,
        given=teacher.params if full else None, progress=progress,
    )  # fmt: skip
    return Distilled(student.with_params(trained), written)


def _encoded(lm: LanguageModel, prompt: str | Sequence[int]) -> list[int]:
    return encoded_prompts(lm, [prompt])[0] if isinstance(prompt, str) else list(prompt)
