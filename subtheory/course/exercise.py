"""What an exercise is: its question's short form, what it costs, how answers are judged, hints in levels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Judge: TypeAlias = Callable[[Any], str | None]
"""An answer ↦ None where it is right, else a sentence that helps and does not give the answer away."""


class Unreadable(ValueError):  # noqa: N818  it is no error of the course, but what an answer may be
    """An answer in a form that cannot be judged; its text says what was expected."""


@dataclass(frozen=True)
class Exercise:
    """One exercise of the course.

    Attributes:
        name: lesson and number, such as ``"1.3"``.
        title: what is asked, in a few words.
        form: what the answer is, such as ``"a number, in degrees"``.
        difficulty: easy, medium or hard.
        minutes: what it takes.
        judge: the answer ↦ None where it is right, else what helps.
        hints: from a nudge to almost the answer.
    """

    name: str
    title: str
    form: str
    difficulty: Literal["easy", "medium", "hard"]
    minutes: int
    judge: Judge
    hints: tuple[str, ...]

    @property
    def lesson(self) -> int:
        """The lesson that it belongs to."""
        return int(self.name.split(".")[0])

    def __str__(self) -> str:
        """One line of a list."""
        return f"{self.name}  {self.difficulty:<6}  {self.minutes:>2} min  {self.title}"


@dataclass(frozen=True)
class Lesson:
    """One lesson: its title, how long reading and running take, and its exercises."""

    number: int
    title: str
    minutes: int
    exercises: tuple[Exercise, ...]

    @property
    def stem(self) -> str:
        """Name of its file, without the ending."""
        return f"lesson_{self.number}"

    @property
    def all_minutes(self) -> int:
        """Reading, running and exercises together."""
        return self.minutes + sum(one.minutes for one in self.exercises)
