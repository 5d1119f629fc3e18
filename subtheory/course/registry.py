"""All lessons and exercises of the course; a lesson's module is imported when it is first asked for."""

from __future__ import annotations

import importlib

from .._names import known_name
from .exercise import Exercise, Lesson

NUMBERS = (1, 2, 3, 4, 5, 6)


def lesson(number: int) -> Lesson:
    """One lesson by its number."""
    return importlib.import_module(f".lesson_{number}", __package__).LESSON


def lessons() -> tuple[Lesson, ...]:
    """All lessons, in order."""
    return tuple(map(lesson, NUMBERS))


def exercises() -> tuple[Exercise, ...]:
    """All exercises, in order, with their difficulty and minutes.

    >>> print(exercises()[0])
    1.1  easy     4 min  The teacher's direction
    """
    return tuple(one for each in lessons() for one in each.exercises)


def exercise(name: object) -> Exercise:
    """One exercise by its name; 1.3 will do for ``"1.3"``.

    Raises:
        ValueError: if there is none of that name; the nearest is suggested.
    """
    known = {one.name: one for one in exercises()}
    return known[known_name("exercise", str(name).strip(), known)]
