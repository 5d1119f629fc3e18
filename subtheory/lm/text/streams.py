"""Examples window by window, so that a file of any length needs the memory of one window and can be gone on with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from ..model import LanguageModel
from .batches import Example
from .encoding import Given, given_examples, line_examples
from .reading import Notes, Reading


@dataclass(frozen=True)
class Position:
    """How far a stream was read: up to which line and window, and how many examples that were.

    Attributes:
        byte: where the next line begins (in a file without lines: the number of its record).
        line: the number of the line before it.
        turns: how many examples of that next line were read already, where a conversation is several.
        window: how many windows were read.
        examples: and examples.
        finished: whether that was all.
        notes: what was noticed in the lines that were read to their end.
    """

    byte: int = 0
    line: int = 0
    turns: int = 0
    window: int = 0
    examples: int = 0
    finished: bool = False
    notes: Notes = field(default_factory=Notes)

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> Position:
        """What ``dataclasses.asdict`` was made of."""
        return cls(**{**stored, "notes": Notes.restored(stored["notes"])})


@dataclass(frozen=True)
class Stream:
    """Examples in windows of ``window``; of a file, or held in memory.

    Attributes:
        given: a file, or examples.
        lm: the model whose tokens they are.
        window: how many examples are in memory at once.
        most: how many to read in all; None for all there are.
        reading: how a file is read.
    """

    given: Given
    lm: LanguageModel
    window: int
    most: int | None = None
    reading: Reading = field(default_factory=Reading)

    def windows(self, start: Position) -> Iterator[tuple[list[Example], Position]]:
        """Every window from a position on, with the position after it.

        A window may end between two turns of one conversation; the position says so.

        Raises:
            ValueError: as ``line_examples`` and ``given_examples``.
        """
        if start.finished:
            return
        at, examples = start, iter(self._from(start))
        while self.most is None or at.examples < self.most:
            room = self.window if self.most is None else min(self.window, self.most - at.examples)
            found = list(islice(examples, room))
            if not found:
                break
            last = found[-1][1]
            at = replace(last, window=at.window + 1, examples=at.examples + len(found))
            yield [example for example, _ in found], at
        yield [], replace(at, finished=True)

    def _from(self, start: Position) -> Iterator[tuple[Example, Position]]:
        """The examples from a position on, each with the place after it and the notes up to there."""
        config, tokenizer = self.lm.config, self.lm.tokenizer
        if not isinstance(self.given, Path | str):
            for example in islice(given_examples(self.given, config, tokenizer), start.examples, None):
                yield example, start
            return
        notes, skipped = start.notes, start.turns
        for examples, line in line_examples(self.given, config, tokenizer, start.byte, start.line, self.reading):
            for turn, example in enumerate(examples[skipped:], skipped + 1):
                if turn < len(examples):
                    yield example, Position(line.start, line.number - 1, turn, notes=notes)
                else:
                    notes = notes.adding(line.unread, line.replies)
                    yield example, Position(line.end, line.number, notes=notes)
            skipped = 0
