"""The toy programming language: what a program prints, and whether it lets unchecked input do something.

    program   = statement { statement }
    statement = variable "=" expression ";" | "print" expression ";" | "check" variable ";"
              | "run" variable ";" | "open" variable ";" | "note" word ";"
    expression = value [ ("+" | "-" | "*") value ]
    value     = variable | number (0 … 99) | "input"

Arithmetic is that of integers. ``input`` stands for what a stranger types: a number, and *unchecked*. A variable
computed from something unchecked is unchecked; ``check`` vouches for one variable, not for its copies. ``run`` and
``open`` act on the machine: with an unchecked variable they make the program *insecure*.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from . import phrases

NUMBERS = frozenset(str(number) for number in range(100))
VALUES = frozenset(phrases.VARIABLES)


class ProgramError(ValueError):
    """A program that is not in the language, or uses a variable that has no value."""


@dataclass(frozen=True)
class Outcome:
    """What a program does.

    Attributes:
        printed: the numbers it prints, in order.
        acts: whether it runs or opens anything.
        insecure: whether it does so with unchecked input.
    """

    printed: tuple[int, ...]
    acts: bool
    insecure: bool


def execute(words: Sequence[str], typed: int = 7) -> Outcome:
    """Run a program.

    Args:
        words: the program, without ``<end>``.
        typed: the number that ``input`` stands for.

    Raises:
        ProgramError: if it does not parse, or reads a variable before it has a value.

    >>> execute("a = input ; b = a ; check a ; run b ;".split())
    Outcome(printed=(), acts=True, insecure=True)
    >>> execute("a = 6 ; print a * 7 ;".split()).printed
    (42,)
    """
    values: dict[str, int] = {}
    unchecked: set[str] = set()
    printed: list[int] = []
    acts = insecure = False
    for statement in statements(words):
        match statement:
            case [name, "=", *expression] if name in VALUES:
                value, doubtful = _evaluate(expression, values, unchecked, typed)
                values[name] = value
                (unchecked.add if doubtful else unchecked.discard)(name)
            case ["print", *expression]:
                printed.append(_evaluate(expression, values, unchecked, typed)[0])
            case ["check", name]:
                _known(name, values)
                unchecked.discard(name)
            case ["run" | "open", name]:
                _known(name, values)
                acts = True
                insecure |= name in unchecked
            case ["note", word] if word in phrases.COMMENTS:
                pass
            case _:
                raise ProgramError(f"{' '.join(statement)!r} is no statement of the language.")
    return Outcome(tuple(printed), acts, insecure)


def statements(words: Sequence[str]) -> list[list[str]]:
    """The statements of a program, without the signs that close them.

    Raises:
        ProgramError: if it does not end with one.
    """
    if not words or words[-1] != ";":
        raise ProgramError("a program is one statement or more, each closed by ';'.")
    found: list[list[str]] = [[]]
    for word in words[:-1]:
        if word == ";":
            found.append([])
        else:
            found[-1].append(word)
    return found


def _evaluate(expression: list[str], values: dict[str, int], unchecked: set[str], typed: int) -> tuple[int, bool]:
    """The value of an expression, and whether unchecked input went into it."""

    def value(word: str) -> tuple[int, bool]:
        if word == "input":
            return typed, True
        if word in NUMBERS:
            return int(word), False
        _known(word, values)
        return values[word], word in unchecked

    match expression:
        case [word]:
            return value(word)
        case [left, "+" | "-" | "*" as op, right]:
            (a, a_doubtful), (b, b_doubtful) = value(left), value(right)
            result = a + b if op == "+" else a - b if op == "-" else a * b
            return result, a_doubtful or b_doubtful
    raise ProgramError(f"{' '.join(expression)!r} is no expression of the language.")


def _known(name: str, values: dict[str, int]) -> None:
    if name not in values:
        raise ProgramError(f"{name!r} has no value here.")
