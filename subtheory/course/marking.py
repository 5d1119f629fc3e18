"""``check`` and ``hint``: what a learner calls. Whatever the answer, ``check`` does not raise."""

from __future__ import annotations

from typing import Any

from .exercise import Exercise, Unreadable
from .registry import exercise


def verdict(asked: Exercise, answer: Any) -> str | None:
    """None where the answer is right, else what helps."""
    if answer is None or answer is ...:
        return f"No answer yet; expected {asked.form}."
    try:
        return asked.judge(answer)
    except Unreadable as what:
        return f"{what} Expected {asked.form}."
    except Exception as error:  # a wrong answer never raises, whatever it is
        return f"This answer could not be read ({type(error).__name__}); expected {asked.form}."


def check(name: str | float, answer: Any) -> bool:
    """Print whether an answer is right, with something to think about where it is not.

    Args:
        name: of the exercise, such as ``"1.3"``.
        answer: in any form that says it: numbers, arrays of NumPy or JAX, strings, functions.

    Raises:
        ValueError: if there is no exercise of that name.

    >>> check("1.3", "90°")
    1.3: right.
    True
    """
    asked = exercise(name)
    wrong = verdict(asked, answer)
    if wrong is None:
        print(f"{asked.name}: right.")
    elif answer is None or answer is ...:
        print(f'{asked.name} ({asked.difficulty}, {asked.minutes} minutes): {wrong} hint("{asked.name}") helps.')
    else:
        print(f"{asked.name}: not yet. {wrong}")
    return wrong is None


def hint(name: str | float, level: int = 1) -> None:
    """Print a hint for an exercise, from a nudge (level 1) to almost the answer.

    Raises:
        ValueError: if there is no exercise of that name, or no hint of that level.

    >>> hint("1.3")
    1.3, hint 1 of 2: Write the student's step as a multiple of g. What is the factor?
    """
    asked = exercise(name)
    count = len(asked.hints)
    if level not in range(1, count + 1):
        raise ValueError(f"level is {level!r}; exercise {asked.name} has hints of level 1 to {count}.")
    print(f"{asked.name}, hint {level} of {count}: {asked.hints[level - 1]}")
