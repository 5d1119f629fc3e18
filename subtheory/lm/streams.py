"""Examples window by window, so that a file of any length needs the memory of one window and can be gone on with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import jax
import numpy as np

from .._typing import Key
from .batches import Example, bucket_length
from .encoding import Given, file_examples, given_examples
from .generate import generate
from .model import LanguageModel


@dataclass(frozen=True)
class Position:
    """How far a stream was read: after which byte, line and window, and how many examples that were."""

    byte: int = 0
    line: int = 0
    window: int = 0
    examples: int = 0
    finished: bool = False


@dataclass(frozen=True)
class Stream:
    """Examples in windows of ``window``; of a file, or held in memory.

    Attributes:
        given: a JSON Lines file, or examples.
        lm: the model whose tokens they are.
        window: how many examples are in memory at once.
        most: how many to read in all; None for all there are.
    """

    given: Given
    lm: LanguageModel
    window: int
    most: int | None = None

    def windows(self, start: Position) -> Iterator[tuple[list[Example], Position]]:
        """Every window from a position on, with the position after it.

        Raises:
            ValueError: as ``file_examples`` and ``given_examples``.
        """
        if start.finished:
            return
        at, examples = start, iter(self._from(start))
        while self.most is None or at.examples < self.most:
            room = self.window if self.most is None else min(self.window, self.most - at.examples)
            found = list(islice(examples, room))
            if not found:
                break
            byte, line = found[-1][1]
            at = Position(byte, line, at.window + 1, at.examples + len(found))
            yield [example for example, _ in found], at
        yield [], replace(at, finished=True)

    def _from(self, start: Position) -> Iterator[tuple[Example, tuple[int, int]]]:
        config, tokenizer = self.lm.config, self.lm.tokenizer
        if isinstance(self.given, Path | str):
            for example, line in file_examples(self.given, config, tokenizer, start.byte, start.line):
                yield example, (line.end, line.number)
        else:
            for example in islice(given_examples(self.given, config, tokenizer), start.examples, None):
                yield example, (0, 0)


def own_samples(lm: LanguageModel, examples: Sequence[Example], key: Key, batch_size: int = 64) -> list[Example]:
    """What the model itself writes to the same prompts, at temperature 1 and as long as the completions given.

    A sample ends where the model ends it or at the given length, whichever is earlier: with that rule the expected
    score is exactly zero (theory.md, T9: under its own distribution a model's score has no drift).

    Args:
        lm: the reference model.
        examples: whose prompts and lengths are taken.
        key: one for all; each prompt's own is derived.
        batch_size: prompts run together.
    """
    groups: dict[int, list[int]] = {}
    for place, example in enumerate(examples):
        fits = bucket_length(len(example.prompt)) + bucket_length(len(example.completion)) <= lm.config.context
        groups.setdefault(bucket_length(len(example.completion)) if fits else -1 - place, []).append(place)
    written: dict[int, Example] = {}
    for group, places in sorted(groups.items()):
        prompts = [examples[place].prompt.tolist() for place in places]
        needed = max(len(examples[place].completion) for place in places)
        own = jax.random.fold_in(key, group % 2**32)
        for place, tokens in zip(
            places, generate(lm, prompts, needed, key=own, batch_size=batch_size).tokens, strict=True
        ):
            example = examples[place]
            completion = np.asarray(tokens[: len(example.completion)], example.completion.dtype)
            written[place] = Example(example.prompt, completion, example.name)
    return [written[place] for place in range(len(examples))]
