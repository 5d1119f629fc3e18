"""Free text judged by what it must touch: a self-check, which reads words and cannot read thoughts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .comparing import words
from .exercise import Judge

LEAST = 8
"""Words of a sentence that can explain anything."""


@dataclass(frozen=True)
class Point:
    """Something that a text must touch.

    Attributes:
        stems: beginnings of words, of which one suffices.
        about: what is missing where none is there, without naming it.
    """

    stems: tuple[str, ...]
    about: str

    def touched(self, said: Sequence[str]) -> bool:
        """Whether one of the words begins with one of the stems."""
        return any(word.startswith(self.stems) for word in said)


def covers(points: Sequence[Point], forbidden: Sequence[tuple[tuple[str, ...], str]] = (), least: int = LEAST) -> Judge:
    """A judge of a text: long enough, nothing that is false, every point touched."""

    def judge(answer: Any) -> str | None:
        said = words(answer)
        if len(said) < least:
            return f"{len(said)} words are too few to explain it; expected {least} or more."
        text = " ".join(said)
        for phrases, objection in forbidden:
            if any(phrase in text for phrase in phrases):
                return objection
        open_points = [point.about for point in points if not point.touched(said)]
        if not open_points:
            return None
        done = len(points) - len(open_points)
        return f"{done} of {len(points)} points are there. Say also {open_points[0]}."

    return judge
