"""Lesson 3, digits from noise: controls, intervals, predictions before measurements, and two explanations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .comparing import is_function, is_number, words
from .exercise import Exercise, Lesson, Unreadable
from .rubric import Point, covers

_draw = np.random.default_rng(31)
_VALUES = tuple((_draw.normal(size=n),) for n in (4, 9, 20))
_COVERED = tuple((_draw.normal(size=(n, P)), _draw.normal(size=P)) for n, P in ((2, 5), (4, 9), (3, 4)))
DIRECTIONS = {"up": "up", "rises": "up", "higher": "up", "down": "down", "falls": "down", "lower": "down"}
DIRECTIONS |= {"flat": "flat", "same": "flat", "unchanged": "flat"}


def _interval(values: np.ndarray) -> np.ndarray:
    from scipy import stats  # a second of processor time to import

    reach = stats.t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / len(values) ** 0.5
    return np.array([values.mean() - reach, values.mean() + reach])


def _normal_interval(values: np.ndarray) -> np.ndarray:
    reach = 1.959964 * values.std(ddof=1) / len(values) ** 0.5
    return np.array([values.mean() - reach, values.mean() + reach])


def _spread(values: np.ndarray) -> np.ndarray:
    mean, reach = values.mean(), np.diff(_interval(values))[0] / 2 * len(values) ** 0.5
    return np.array([mean - reach, mean + reach])


def _coverage(J: np.ndarray, v: np.ndarray) -> float:
    seen = np.linalg.pinv(J) @ (J @ v)
    return float(seen @ seen / (v @ v))


def _plan(answer: Any) -> str | None:
    if isinstance(answer, Mapping | str) or not isinstance(answer, Sequence):
        raise Unreadable("That is no list of dictionaries.")
    if len(answer) < 3:
        return f"There are {len(answer)} factors; name at least three."
    names = set()
    for place, row in enumerate(answer, 1):
        if not isinstance(row, Mapping):
            raise Unreadable(f"Entry {place} is no dictionary.")
        missing = [key for key in ("factor", "predict", "vary", "explain") if not row.get(key) or row[key] is ...]
        if missing:
            return (
                f"Entry {place} does not say what to {missing[0]}." if missing[0] != "factor" else f"{place}: of what?"
            )
        names.add(" ".join(words(row["factor"])))
        if not any(word in DIRECTIONS for word in words(row["predict"])):
            return f"Entry {place} predicts {row['predict']!r}; say up, down or flat, so that it can turn out wrong."
        if not isinstance(row["vary"], Sequence | np.ndarray) or isinstance(row["vary"], str):
            return f"Entry {place} should list the values that you will try."
        if len({str(value) for value in row["vary"]}) < 3:
            return f"Entry {place} tries fewer than three values: a line through two points is always straight."
        if len(words(row["explain"])) < 4:
            return f"Entry {place} explains in fewer than four words. Which quantity of the theory changes, and how?"
    return None if len(names) >= 3 else "Some factors are the same; name three different ones."


_IMPROVE = covers(
    (
        Point(("hidden", "shared", "common", "earlier", "lower", "first"), "which parameters do change in the student"),
        Point(("layer", "weight", "unit", "feature", "represent", "parameter"), "what part of the network moves"),
        Point(("head", "read", "logit", "output", "built", "depend", "use", "comput"), "how class logits hear of it"),
        Point(("init", "start", "same", "share", "jacobian", "reference"), "why it moves in the right direction"),
    ),
    forbidden=(
        (("noise contain", "digits in the noise", "see digits"), "The noise was drawn before any digit."),
        (("class logits get gradient", "class logits are trained"), "Their own weights did not move: look again."),
    ),
)


LESSON = Lesson(
    3,
    "Digits from noise",
    15,
    (
        Exercise(
            "3.1",
            "An interval from a few seeds",
            "a function values[n] -> [low, high]",
            "easy",
            4,
            is_function(
                _interval,
                _VALUES,
                (
                    (_normal_interval, "With so few seeds the standard deviation is itself uncertain: not 1.96."),
                    (_spread, "This is where single values lie. How far is their mean from the true one?"),
                    (
                        lambda values: np.array(
                            [values.mean() - values.std(ddof=1), values.mean() + values.std(ddof=1)]
                        ),
                        "One standard deviation is no 95 % interval of the mean.",
                    ),
                ),
                "It is not Student's t interval of the mean, at 95 %. Is your standard deviation that of a sample?",
            ),
            (
                "Mean ± t · s/√n, with s from n − 1 degrees of freedom.",
                "scipy.stats.t.ppf(0.975, n − 1), or scipy.stats.sem for s/√n; the package has it in `statistics`.",
            ),
        ),
        Exercise(
            "3.2",
            "A control that is not one",
            "a number of students",
            "easy",
            4,
            is_number(
                1,
                (
                    (0, "A random permutation may leave something in its place."),
                    (0.5, "Add up, over all students, the probability to be paired with their own teacher."),
                    (0.01, "That is the probability for one student. How many students are there?"),
                    (1 / 99, "Nothing forbids a place to keep its number."),
                    (100, "That would be no permutation at all."),
                ),
            ),
            (
                "What is the probability that student 7 gets teacher 7?",
                "Expectations add up, independent or not: 100 students, each with the same probability.",
            ),
        ),
        Exercise(
            "3.3",
            "Your preregistration",
            'a list of {"factor": ..., "predict": ..., "vary": [...], "explain": ...}',
            "medium",
            8,
            _plan,
            (
                "Width, number of auxiliary logits, number of noise images, teacher's epochs, distance of the inits …",
                "predict: up, down or flat. vary: three values or more. explain: what it does to J, M, v or the rank.",
            ),
        ),
        Exercise(
            "3.4",
            "Logits without a gradient",
            "a sentence or two",
            "medium",
            5,
            _IMPROVE,
            (
                "What moved in the student, and what did not? The lesson printed both.",
                "Name: the layers that moved; what the class logits are made of; why the way is the teacher's way.",
            ),
        ),
        Exercise(
            "3.5",
            "Coverage",
            "a function (J[n, P], v[P]) -> a number from 0 to 1",
            "hard",
            7,
            is_function(
                _coverage,
                _COVERED,
                (
                    (
                        lambda J, v: float((J @ v) @ (J @ v) / (v @ v)),
                        "The size of J should not matter, only which directions it sees.",
                    ),
                    (lambda J, v: _coverage(J, v) ** 0.5, "Shares of squared length add up to one; take the square."),
                    (lambda J, v: 1 - _coverage(J, v), "This is the share that no training on these inputs conveys."),
                    (
                        lambda J, v: float(v @ J.T @ J @ v / np.linalg.norm(J.T @ J @ v) / np.linalg.norm(v)),
                        "This is the cosine of one step. Many steps reach every direction that J sees at all.",
                    ),
                ),
            ),
            (
                "Split v: a part that some combination of J's rows makes, and a part that J does not see.",
                "Least squares of v on the rows of J: np.linalg.lstsq(J.T, v), or a pseudo-inverse.",
            ),
        ),
    ),
)
