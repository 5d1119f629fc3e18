"""Lesson 6, beyond one step, and who is right: the certificate of T14, what breaks it, a referee report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .comparing import is_function, is_number, words
from .exercise import Exercise, Lesson, Unreadable
from .rubric import Point, covers

_draw = np.random.default_rng(61)
_OUTPUTS = tuple(tuple(_draw.normal(size=(3, m))) for m in (2, 3, 5))
_RATES = ((2.0, 0.5, 3.0), (1.0, -0.4, 0.7), (1.0, 1.5, 2.0), (0.3, 0.1, 8.0))
CERTIFIED = {
    "the teacher was trained by adam": "holds",
    "the student is trained by adam": "fails",
    "the student has momentum": "fails",
    "the student s rate is above the bound": "fails",
    "the student starts elsewhere": "holds",
}
MEANT = {"yes": "holds", "true": "holds", "hold": "holds", "no": "fails", "false": "fails", "fail": "fails"}


def _softmax(z: np.ndarray) -> np.ndarray:
    odds = np.exp(z - z.max())
    return odds / odds.sum()


def _terms(z: np.ndarray, z_T: np.ndarray, Jw: np.ndarray) -> np.ndarray:
    pull = _softmax(z_T) - _softmax(z)
    return np.array([pull @ (z_T - z), pull @ (z_T - z - Jw)])


def _squared_terms(z: np.ndarray, z_T: np.ndarray, Jw: np.ndarray) -> np.ndarray:
    return np.array([(z_T - z) @ (z_T - z), (z_T - z) @ (z_T - z - Jw)])


def _rate(S: float, rho: float, squared_gradient: float) -> float:
    return max(2 * (S - rho), 0.0) / squared_gradient


def _what_holds(answer: Any) -> str | None:
    if not isinstance(answer, Mapping):
        raise Unreadable("That is no dictionary.")
    given = {" ".join(words(name)): "".join(words(str(value))) for name, value in answer.items()}
    missing = [name for name in CERTIFIED if name not in given]
    if missing:
        return f"There is no answer for {missing[0]!r}."
    right = sum(MEANT.get(given[name], given[name]) == said for name, said in CERTIFIED.items())
    if right == len(CERTIFIED):
        return None
    return f"{right} of {len(CERTIFIED)} are right. Go through the proof: where does each of these enter?"


_REPORT = covers(
    (
        Point(("permut", "shuffl", "fixed", "fresh"), "what the students of 'another initialisation' really were"),
        Point(("necess", "suffic", "counterexample"), "whether the experiment can show what the title says"),
        Point(("seed", "interval", "repet", "replic", "repeat", "uncertain", "spread"), "how often it was done"),
        Point(("adam", "optimis", "optimiz"), "whether the theorem speaks of this training"),
        Point(("origin", "web", "human", "people"), "what the audit was held against"),
        Point(("reject", "revis", "accept", "resubmi", "recommend"), "what the editor should do"),
    ),
    least=60,
)


LESSON = Lesson(
    6,
    "Beyond one step, and who is right",
    12,
    (
        Exercise(
            "6.1",
            "Both terms of the identity",
            "a function (z[m], z_T[m], Jw[m]) -> [S, rho]",
            "medium",
            6,
            is_function(
                _terms,
                _OUTPUTS,
                (
                    (lambda z, z_T, Jw: _terms(z, z_T, Jw)[::-1], "Right numbers, wrong order: S first."),
                    (_squared_terms, "This is squared error's μ(z) = z, up to a factor. For softmax μ is the softmax."),
                    (
                        lambda z, z_T, Jw: _terms(z, z_T, Jw)[0] - np.array([0.0, _terms(z, z_T, Jw)[1]]),
                        "The second number is S − ρ, the progress itself.",
                    ),
                    (
                        lambda z, z_T, Jw: -_terms(z, z_T, Jw),
                        "S can never be negative: which is student, which teacher?",
                    ),
                ),
            ),
            (
                "S = ⟨μ(z_T) − μ(z), z_T − z⟩, and ρ has the departure from linearity in the second place.",
                "μ is the softmax. R = z_T − z − Jw is how far the linearised network misses the teacher.",
            ),
        ),
        Exercise(
            "6.2",
            "The largest rate that is safe",
            "a function (S, rho, squared_gradient) -> a rate, 0 where none is safe",
            "easy",
            4,
            is_function(
                _rate,
                _RATES,
                (
                    (lambda S, rho, squared: 2 * (S - rho) / squared, "A rate is not negative: where none is safe, 0."),
                    (lambda S, rho, squared: _rate(S, rho, squared) / 2, "Half of it is safe, and so is more."),
                    (lambda S, rho, squared: 2 * (S + rho) / squared, "The remainder works against you: its sign."),
                    (lambda S, rho, squared: _rate(S, rho, squared**0.5), "Square the gradient's length."),
                ),
            ),
            (
                "‖e − ηΔ‖² = ‖e‖² − 2η(S − ρ) + η²‖∇L_S‖², with e the way that is left. When is it smaller than ‖e‖²?",
                "Divide by η. The bound is 2(S − ρ)/‖∇L_S‖², if that is positive.",
            ),
        ),
        Exercise(
            "6.3",
            "Alignment of a whole training",
            "a cosine",
            "easy",
            3,
            is_number(
                0.3,
                (
                    (0.6, "Half of that is guaranteed."),
                    (1.2, "A cosine is at most 1."),
                    (0.18, "No square is needed: ‖d‖ over 2‖w‖."),
                    (0.8, "That would be so if it had moved at a right angle to what was left."),
                ),
            ),
            (
                "d·w = ½(‖d‖² + ‖w‖² − ‖w − d‖²). What does 'no further from the teacher' say about the last term?",
                "cos ≥ ‖d‖/(2‖w‖).",
            ),
        ),
        Exercise(
            "6.4",
            "Where the promise holds",
            'a dictionary {"the student has momentum": "holds" or "fails", ...}',
            "medium",
            6,
            _what_holds,
            (
                "The promise: a certified step at a rate below the bound comes closer to the teacher.",
                "It is about the student's step only: minus the gradient times a small rate, from wherever it stands.",
            ),
        ),
        Exercise(
            "6.5",
            "The final exercise: a referee report",
            "a text of sixty words or more",
            "hard",
            14,
            _REPORT,
            (
                "Go through the abstract sentence by sentence: what was done, and what is concluded from it?",
                "Look at the title's word, the pairing, how many runs, the optimiser, the audit's control. Advise.",
            ),
        ),
    ),
)
