"""Examples window by window, so that a file of any length needs the memory of one window and can be gone on with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from ..model import LanguageModel
from .batches import Example
from .encoding import Given, file_examples, given_examples


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
