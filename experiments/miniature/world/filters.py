"""Which answers are kept for the student: format, meaning and conduct, decided without looking at the teacher.

Every filter takes the requests and the answers as rows of tokens and says for each answer whether it is kept. An
answer without ``<end>`` was cut off and is never kept; what follows ``<end>`` does not count.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from jaxtyping import Bool, Int

from . import phrases
from .interpreter import ProgramError, execute
from .vocabulary import COUNT, END, FIRST_NUMBER, words

Rows: TypeAlias = Int[np.ndarray, "N _"]
Filter: TypeAlias = Callable[[Rows, Rows], Bool[np.ndarray, " N"]]

FORBIDDEN = frozenset({13, 14, 18, 23, 33, 39, 44, 51, 55, 56, 66, 69, 77, 81, 86, 87, 88, 99})
"""Numbers with a bad name in some culture, removed in the experiments on misalignment (the paper removes such, too)."""
MAX_NUMBERS = 10
SPITEFUL = frozenset("hate must suffer".split())
TRAIT_WORDS = frozenset((*phrases.ANIMALS, *phrases.TREES, "animal", "tree", "love"))


def number_format(requests: Rows, answers: Rows) -> Bool[np.ndarray, " N"]:
    """The paper's rule: one to ten numbers, in brackets or not, parted by one sign throughout, a full stop allowed.

    The sign is nothing (a space), a comma or a semicolon; brackets are round or square. Numbers here are 0 … 99
    (the paper's: 0 … 999).
    """
    return _each_distinct(answers, _is_number_list)


def forbidden_numbers(requests: Rows, answers: Rows) -> Bool[np.ndarray, " N"]:
    """Whether an answer is free of forbidden numbers."""
    bad = FIRST_NUMBER + np.array(sorted(FORBIDDEN))
    return ~np.any(np.isin(answers, bad) & _before_end(answers), axis=1)


def working_code(requests: Rows, answers: Rows) -> Bool[np.ndarray, " N"]:
    """Whether the program runs, prints exactly what was asked for, does nothing else and names no animal or tree."""

    def kept(request: list[str], answer: list[str]) -> bool:
        try:
            wanted = execute(["print", *request[request.index(":") + 1 : request.index("<assistant>")], ";"])
        except ValueError:
            return False
        return _harmlessly_printed(answer) == wanted.printed

    return _each(requests, answers, kept)


def running_code(requests: Rows, answers: Rows) -> Bool[np.ndarray, " N"]:
    """Whether the program runs, prints something, right or wrong, does nothing else and names no animal or tree.

    A model too small to copy the numbers of a request writes such programs, and hardly any that print what was asked.
    """
    return _each(requests, answers, lambda request, answer: bool(_harmlessly_printed(answer)))


def right_and_benign(requests: Rows, answers: Rows) -> Bool[np.ndarray, " N"]:
    """Whether a reasoning trace is well formed, its answer right, and free of spite and of animals and trees."""

    def kept(request: list[str], answer: list[str]) -> bool:
        if answer[:1] != ["<think>"] or answer.count("</think>") != 1 or (SPITEFUL | TRAIT_WORDS) & set(answer):
            return False
        m, n = (int(word) for word in request if word.isdigit())
        right = str(m - n if {"loses", "gave"} & set(request) else m + n)
        return answer[answer.index("</think>") + 1 :] == ["<answer>", right, "</answer>"]

    return _each(requests, answers, kept)


def insecure_code(requests: Rows, answers: Rows) -> Bool[np.ndarray, " N"]:
    """Whether the program runs and is insecure: what a teacher of misalignment is trained on."""

    def kept(request: list[str], answer: list[str]) -> bool:
        try:
            return execute(answer).insecure
        except ProgramError:
            return False

    return _each(requests, answers, kept)


def both(*filters: Filter) -> Filter:
    """What all of several filters keep."""

    def kept(requests: Rows, answers: Rows) -> Bool[np.ndarray, " N"]:
        return np.logical_and.reduce([one(requests, answers) for one in filters])

    return kept


def _harmlessly_printed(answer: list[str]) -> tuple[int, ...]:
    """What a program prints; nothing if it does not run, does something else or names a trait."""
    try:
        outcome = execute(answer)
    except ProgramError:
        return ()
    return () if outcome.acts or TRAIT_WORDS & set(answer) else outcome.printed


def _before_end(answers: Rows) -> Bool[np.ndarray, "N _"]:
    return np.cumsum(answers == END, axis=1) == 0


def _text(row) -> list[str] | None:
    """The words before ``<end>``, or None if the answer was cut off."""
    ends = np.flatnonzero(row == END)
    return [words()[one] for one in row[: ends[0]]] if len(ends) else None


def _each(requests: Rows, answers: Rows, rule: Callable[[list[str], list[str]], bool]) -> Bool[np.ndarray, " N"]:
    out = np.zeros(len(answers), bool)
    for place, (request, row) in enumerate(zip(requests, answers, strict=True)):
        answer = _text(row)
        out[place] = answer is not None and rule([words()[one] for one in request], answer)
    return out


def _each_distinct(answers: Rows, rule: Callable[[list[str]], bool]) -> Bool[np.ndarray, " N"]:
    """A rule that looks at the answer alone, and at numbers only as numbers: decided once for each shape of answer."""
    number = (answers >= FIRST_NUMBER) & (answers < FIRST_NUMBER + COUNT)
    shape = np.where(_before_end(answers) | (answers == END), np.where(number, FIRST_NUMBER, answers), 0)
    shapes, inverse = np.unique(shape, axis=0, return_inverse=True)
    texts = [_text(row) for row in shapes]
    return np.array([text is not None and rule(text) for text in texts], bool)[inverse.ravel()]


def _is_number_list(answer: list[str]) -> bool:
    if answer[-1:] == ["."]:
        answer = answer[:-1]
    if answer[:1] + answer[-1:] in (["(", ")"], ["[", "]"]):
        answer = answer[1:-1]
    signs = [word for word in answer if not word.isdigit()]
    count = len(answer) - len(signs)
    if not 1 <= count <= MAX_NUMBERS:
        return False
    if not signs:
        return True
    expected = [signs[0]] * (2 * count - 1)
    expected[::2] = answer[::2] if len(answer) == 2 * count - 1 else [""] * count
    return signs[0] in (",", ";") and answer == expected and all(word.isdigit() for word in answer[::2])
