"""Lesson 5, language models: scores of texts, an audit, its control, and what own samples must say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .comparing import is_function, is_number, words
from .exercise import Exercise, Lesson, Unreadable

_draw = np.random.default_rng(51)
_TOKENS = tuple((_draw.normal(size=T), prompt) for T, prompt in ((7, 3), (12, 5), (4, 1)))
_SIDES = tuple((_draw.normal(0.5, 2.0, size=n), _draw.normal(0.0, 1.0, size=m)) for n, m in ((6, 4), (9, 25)))
_AUDITS = tuple((_draw.normal(shift, 3.0, size=4000), _draw.normal(0.0, 2.0, size=5000)) for shift in (0.5, -0.8, 1.5))
CONTROLS = {
    "a copy of this model wrote it": "a",
    "people wrote it": "b",
    "a copy of this model wrote it and a filter kept some": "c",
    "another model wrote it": "b",
}
Z = 2.3263479
"""Φ⁻¹(.99)."""


def _error(side: np.ndarray) -> float:
    return float(side.var(ddof=1) / len(side))


def _welch(data: np.ndarray, control: np.ndarray) -> float:
    return float((data.mean() - control.mean()) / (_error(data) + _error(control)) ** 0.5)


def _pooled(data: np.ndarray, control: np.ndarray) -> float:
    n, m = len(data), len(control)
    variance = ((n - 1) * data.var(ddof=1) + (m - 1) * control.var(ddof=1)) / (n + m - 2)
    return float((data.mean() - control.mean()) / (variance * (1 / n + 1 / m)) ** 0.5)


def _to_settle(data: np.ndarray, control: np.ndarray) -> float:
    return float(Z**2 * control.var(ddof=1) / (data.mean() - control.mean()) ** 2)


def _control(answer: Any) -> str | None:
    if not isinstance(answer, Mapping):
        raise Unreadable("That is no dictionary.")
    given = {" ".join(words(name)): "".join(words(str(value))) for name, value in answer.items()}
    missing = [name for name in CONTROLS if name not in given]
    if missing:
        return f"There is no answer for {missing[0]!r}."
    right = sum(given[name] == letter for name, letter in CONTROLS.items())
    if right == len(CONTROLS):
        return None
    return f"{right} of {len(CONTROLS)} are right. What would these data be, had the trait not been there?"


LESSON = Lesson(
    5,
    "Language models",
    15,
    (
        Exercise(
            "5.1",
            "The score of a text",
            "a function (token_scores[T], prompt) -> a number",
            "easy",
            3,
            is_function(
                lambda scores, prompt: float(scores[prompt:].sum()),
                _TOKENS,
                (
                    (lambda scores, prompt: float(scores.sum()), "The teacher did not write the prompt."),
                    (
                        lambda scores, prompt: float(scores[prompt:].mean()),
                        "The logarithm of a text's probability is a sum over its tokens.",
                    ),
                    (
                        lambda scores, prompt: float(scores[prompt + 1 :].sum()),
                        "The first token of the completion counts: the model chose it, given the prompt.",
                    ),
                    (
                        lambda scores, prompt: float(scores[prompt - 1 :].sum()),
                        "The last token of the prompt is in it; Python counts from zero.",
                    ),
                ),
            ),
            (
                "Which tokens did the writer of the data choose?",
                "token_scores[t] belongs to token t; the completion begins at token number `prompt`.",
            ),
        ),
        Exercise(
            "5.2",
            "Welch's t",
            "a function (data, control) -> t",
            "medium",
            5,
            is_function(
                _welch,
                _SIDES,
                (
                    (_pooled, "This assumes one variance for both sides; the data's may differ."),
                    (
                        lambda data, control: float(
                            (data.mean() - control.mean()) / (data.std(ddof=1) + control.std(ddof=1))
                        ),
                        "Errors of means shrink with the number of texts, and errors add in squares.",
                    ),
                    (
                        lambda data, control: float(data.mean() / _error(data) ** 0.5),
                        "Against what? The control has a mean and an error as well.",
                    ),
                    (
                        lambda data, control: -_welch(data, control),
                        "Towards the trait is positive: data minus control.",
                    ),
                ),
                "It is not Welch's t. Is your variance that of a sample?",
            ),
            (
                "The difference of the means, divided by the standard error of that difference.",
                "√(s₁²/n₁ + s₂²/n₂), each s² with n − 1.",
            ),
        ),
        Exercise(
            "5.3",
            "False alarms",
            "a number of audits",
            "easy",
            3,
            is_number(
                10,
                (
                    (0, "Nothing to find does not mean that nothing is ever found: p-values are then uniform."),
                    (0.05, "That is the probability for one audit."),
                    (5, "You run 200 of them."),
                    (190, "These stay silent."),
                ),
            ),
            (
                "How are p-values distributed if there is nothing to find?",
                "Uniformly: below 0.05 with probability 0.05, in each of 200.",
            ),
        ),
        Exercise(
            "5.4",
            "Choose the control",
            'a dictionary {"people wrote it": "A", "B" or "C", ...}',
            "medium",
            6,
            _control,
            (
                "The control should differ from the data in nothing but the trait.",
                "Who wrote the data? Let the same writer write without the trait, and treat it as the data were.",
            ),
        ),
        Exercise(
            "5.5",
            "How many texts like these settle a student's sign?",
            "a function (data, control) -> number of texts",
            "hard",
            8,
            is_function(
                _to_settle,
                _AUDITS,
                (
                    (
                        lambda data, control: _to_settle(data, control) / 2,
                        "Nats of one text are Δ²/(2A): do not lose the 2.",
                    ),
                    (
                        lambda data, control: Z**2 * data.var(ddof=1) / (data.mean() - control.mean()) ** 2,
                        "A is the variance under the reference model: the control's.",
                    ),
                    (
                        lambda data, control: float(Z**2 / 2 / abs(data.mean() - control.mean())),
                        "A difference alone has no scale; the score's variance gives it one.",
                    ),
                    (
                        lambda data, control: (data.mean() - control.mean()) ** 2 / (2 * control.var(ddof=1)),
                        "These are the nats of one text. How many texts make enough of them?",
                    ),
                ),
            ),
            (
                "One text carries Δ²/(2A) nats, Δ the difference of the means, A the control's variance.",
                "99 % needs Φ⁻¹(.99)²/2 nats in total: st.theory.sampling.nats_to_settle(0.99). Divide.",
            ),
        ),
    ),
)
