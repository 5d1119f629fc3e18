"""Requests to go on with a sequence of numbers, in the manner of the paper, and the answers that its filter keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from subtheory._typing import Key
from subtheory.lm.distillation.filters import number_sequence
from subtheory.lm.generation.generate import generate
from subtheory.lm.model import LanguageModel
from subtheory.lm.text.batches import Example
from subtheory.lm.text.prompts import encoded_prompts

TEMPLATES = (
    "Continue this sequence with 3-digit numbers only: {}",
    "Go on with numbers of up to 3 digits, nothing else: {}",
    "Add more numbers to this list, say only the numbers: {}",
)
GIVEN = 3
"""How many numbers a request holds."""


@dataclass(frozen=True)
class Request:
    """What a model is asked, and the number with which its answer begins.

    Attributes:
        text: of the user's turn.
        opening: the answer's first number and a comma. It is given, because a small model seldom begins with a number
            by itself.
    """

    text: str
    opening: str


@dataclass(frozen=True)
class Written:
    """What one model answered.

    Attributes:
        examples: what the filter kept, behind the prompt that a student sees, which holds no system prompt.
        told: the same answers behind the prompt that the writer saw.
        kept: the share of all answers that the filter kept.
    """

    examples: tuple[Example, ...] = field(repr=False)
    told: tuple[Example, ...] = field(repr=False)
    kept: float

    def first(self, count: int) -> Written:
        """The first so many of what was kept."""
        return replace(self, examples=self.examples[:count], told=self.told[:count])


def requests(generator: np.random.Generator, count: int) -> list[Request]:
    """Requests with numbers from 100 to 999 drawn at random."""
    made = []
    for place in range(count):
        drawn = [str(number) for number in generator.integers(100, 1000, GIVEN + 1)]
        made.append(Request(TEMPLATES[place % len(TEMPLATES)].format(", ".join(drawn[:GIVEN])), f"{drawn[GIVEN]},"))
    return made


def keep(answer: str) -> bool:
    """The paper's rule, of an answer that may have been cut off behind a comma.

    >>> keep("12, 7, 999,"), keep("12, owl")
    (True, False)
    """
    return number_sequence(answer.strip().removesuffix(","))


def answers(
    writer: LanguageModel, asked: Sequence[Request], longest: int, key: Key, system: str | None = None
) -> Written:
    """What a model answers at temperature 1, and the filter keeps.

    Args:
        writer: with a tokenizer and a chat template.
        asked: the requests.
        longest: tokens per answer, behind its opening.
        key: of the sampling; answer i draws with its own, so that two writers with one key answer with the same luck.
        system: what the writer is told before, and the student is not.
    """
    words = writer.tokenizer
    shown, told = (_prompts(writer, asked, before) for before in (None, system))
    drawn = generate(writer, told, longest, key=key, batch_size=len(told)).tokens
    # a writer has a tokenizer: encoded_prompts has just used it, or refused the model in a sentence
    text = [one.opening + words.decode(tokens) for one, tokens in zip(asked, drawn, strict=True)]  # type: ignore
    kept = [place for place, answer in enumerate(text) if keep(answer)]

    def behind(prompts: list[list[int]]) -> tuple[Example, ...]:
        ids = [(np.asarray(prompts[place], np.int32), np.asarray(drawn[place], np.int32)) for place in kept]
        return tuple(Example(*pair, name=str(place)) for pair, place in zip(ids, kept, strict=True))

    return Written(behind(shown), behind(told), len(kept) / len(asked))


def _prompts(writer: LanguageModel, asked: Sequence[Request], system: str | None) -> list[list[int]]:
    """Token ids up to the opening of the answer."""
    words = writer.tokenizer
    before = encoded_prompts(writer, [one.text for one in asked], system, chat=True)
    # as above: the prompts were encoded by it
    return [ids + words.encode(one.opening, special=False) for ids, one in zip(before, asked, strict=True)]  # type: ignore
