"""Answers rewritten by rule and meaning the same: programs that print the same, number sequences in another form.

A program keeps what it prints and may change its names, its notes, the order of its operands, its form. A number
sequence keeps its numbers and changes what parts them. A request for numbers is worded differently.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from jaxtyping import Int

from . import phrases
from .interpreter import VALUES, execute, statements
from .numbers import STYLES
from .templates import joined
from .vocabulary import COUNT, END, FIRST_NUMBER, PAD, decode, encode, padded, token

Rows: TypeAlias = Int[np.ndarray, "N _"]
Meaning: TypeAlias = "str | tuple[Meaning, str, Meaning]"
"""What is printed: a number, ``input``, or (left, operator, right)."""
Rule: TypeAlias = Callable[[Sequence[str], np.random.Generator], list[str]]
COMMUTING = ("+", "*")


def meaning(program: Sequence[str]) -> tuple[Meaning, ...]:
    """What a program prints, as expressions of numbers and of what is typed in; variables are resolved.

    Raises:
        ProgramError: if it is not in the language.

    >>> meaning("a = 3 ; b = a + 4 ; print b ; print input ;".split())
    (('3', '+', '4'), 'input')
    """
    execute(program)
    values: dict[str, Meaning] = {}
    printed: list[Meaning] = []

    def resolved(expression: Sequence[str]) -> Meaning:
        operands = [values.get(word, word) for word in expression[::2]]
        return operands[0] if len(operands) == 1 else (operands[0], expression[1], operands[1])

    for statement in statements(program):
        match statement:
            case [name, "=", *expression]:
                values[name] = resolved(expression)
            case ["print", *expression]:
                printed.append(resolved(expression))
    return tuple(printed)


def renamed(program: Sequence[str], rng: np.random.Generator) -> list[str]:
    """The same program with other names for its variables, each for one, and every note's word drawn anew."""
    names = dict(zip(phrases.VARIABLES, rng.permutation(phrases.VARIABLES), strict=True))
    told = [str(rng.choice(phrases.COMMENTS)) if before == "note" else word for before, word in _pairs(program)]
    return [str(names[word]) if word in VALUES else word for word in told]


def rewritten(program: Sequence[str], rng: np.random.Generator) -> list[str]:
    """Another program that prints the same: one of the world's forms, drawn anew, with names and note of its own.

    The operands of a sum or a product come in either order. What is computed and not printed is left out. A program
    that prints anything but one operation on two values keeps its statements, is ``renamed``, and its operands are
    swapped.

    Raises:
        ValueError: if the program is not in the language, or runs or opens something.

    >>> rewritten("h = 9 ; a = 3 ; b = a - 4 ; print b ;".split(), np.random.default_rng(0))
    ['e', '=', '4', ';', 'c', '=', '3', ';', 'print', 'c', '-', 'e', ';']
    """
    if execute(program).acts:
        raise ValueError(f"{' '.join(program)!r} runs or opens something; expected a program that only prints.")
    match meaning(program):
        case ((str(m), op, str(n)),):
            m, n = (n, m) if op in COMMUTING and rng.random() < 0.5 else (m, n)
            x, y, z = rng.permutation(phrases.VARIABLES)[:3]
            form = phrases.SUMS[rng.integers(len(phrases.SUMS))]
            return form.format(m=m, n=n, op=op, x=x, y=y, z=z, comment=rng.choice(phrases.COMMENTS)).split()[:-1]
        case _:
            return swapped(renamed(program, rng), rng)


def swapped(program: Sequence[str], rng: np.random.Generator) -> list[str]:
    """The same program, the operands of each sum and product in either order."""
    out = list(program)
    for place in range(1, len(out) - 1):
        if out[place] in COMMUTING and rng.random() < 0.5:
            out[place - 1], out[place + 1] = out[place + 1], out[place - 1]
    return out


def programs_by(rule: Rule, answers: Rows, rng: np.random.Generator) -> Rows:
    """Programs as rows of tokens, each rewritten by a rule.

    Args:
        rule: ``renamed``, ``rewritten`` or ``swapped``.
        answers: [N, T] programs with their ``<end>``.
        rng: of all draws.
    """
    texts = (decode(row).split() for row in answers)
    return padded([" ".join([*rule(text[: text.index("<end>")], rng), "<end>"]) for text in texts])


def restyled(answers: Rows, style: int) -> Rows:
    """The numbers of every answer in another form, an entry of ``numbers.STYLES``: commas, semicolons or brackets.

    Args:
        answers: [N, T] number sequences with their ``<end>``.
        style: which form.
    """
    number = (answers >= FIRST_NUMBER) & (answers < FIRST_NUMBER + COUNT)
    kept = joined(np.where(number & (np.cumsum(answers == END, axis=1) == 0), answers, PAD))
    opening, between, closing = (encode(sign)[0] if sign else PAD for sign in STYLES[style])
    parts = [np.full((len(kept), 1), opening)]
    for place in range(kept.shape[1]):
        here = kept[:, place : place + 1]
        parts += [np.where(here != PAD, between, PAD), here] if place else [here]
    ends = np.tile(np.array([[closing, END]]), (len(kept), 1))
    return joined(*parts, ends).astype(np.int32)


def reworded(requests: Rows, rng: np.random.Generator) -> Rows:
    """Requests for numbers in other words: ``continue``, ``extend`` and ``resume`` are exchanged for one another."""
    verbs = np.array([token(text.split()[1]) for text in phrases.NUMBERS], np.int32)
    place = np.argmax(requests[:, 1:2] == verbs, axis=1)
    out = requests.copy()
    out[:, 1] = verbs[(place + rng.integers(1, len(verbs), size=len(place))) % len(verbs)]
    return out


def _pairs(words: Sequence[str]):
    """Every word with the one before it."""
    return zip(("", *words[:-1]), words, strict=True)
