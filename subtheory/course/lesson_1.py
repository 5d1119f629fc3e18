"""Lesson 1, one step by hand: a network of two parameters, both gradients, the square."""

from __future__ import annotations

from typing import Any

import numpy as np

from .comparing import array, close, is_function, number, vector
from .exercise import Exercise, Lesson, Unreadable

G_OF_1_4 = np.array([3.0, -1.0])


def _slopes(a: float, b: float, x: float) -> np.ndarray:
    """tanh′ of the two hidden units, times their input."""
    return x * (1 - np.tanh(np.array([a, b]) * x) ** 2)


def _teacher_direction(a: float, b: float) -> np.ndarray:
    t = np.tanh(a) - np.tanh(b) / 2
    return (1 - t) * np.array([1.0, -0.5]) * _slopes(a, b, 1.0)


_POINTS = tuple((float(a), float(b)) for a, b in np.random.default_rng(11).normal(size=(5, 2)))
_ARROWS = tuple((g, v, 10.0**-k) for k, (g, v) in enumerate(np.random.default_rng(12).normal(size=(4, 2, 2))))


def _right_angle(answer: Any) -> str | None:
    degrees = number(answer)
    if close(abs(degrees) % 180, 90):
        return None
    if close(degrees, np.pi / 2):
        return "The right angle in the wrong unit: give degrees."
    if close(degrees % 180, 0) or close(degrees % 180, 180):
        return "Along g, one way or the other, the student's step is as long as it can be."
    return "At this angle v still has a part along g."


def _unheard(answer: Any) -> str | None:
    v = vector(answer, 2)
    if np.abs(v).max() < 1e-9:
        return "A teacher that does not move teaches nothing: find another v than zero."
    if abs(v @ G_OF_1_4) <= 1e-6 * np.linalg.norm(v) * np.linalg.norm(G_OF_1_4):
        return None
    return f"The auxiliary output hears this teacher: g·v is {v @ G_OF_1_4:.3g}."


def _against(answer: Any) -> str | None:
    given = array(answer)
    if given.shape != (3, 2):
        raise Unreadable(f"Got an array of shape {list(given.shape)}.")
    teachers_g, students_g, v = given
    if np.linalg.norm(given, axis=1).min() < 1e-9:
        return "None of the three may be zero."
    product = (teachers_g @ v) * (students_g @ v)
    if product < -1e-9 * np.prod(np.linalg.norm(given, axis=1)) * np.linalg.norm(v):
        return None
    if close(teachers_g, students_g):
        return "With one g for both, Δ·v is a square."
    return f"Here (g_T·v)(g_S·v) is {product:.3g}: this student does not go against v."


LESSON = Lesson(
    1,
    "One step by hand",
    15,
    (
        Exercise(
            "1.1",
            "The teacher's direction",
            "a function (a, b) -> [v_a, v_b]",
            "easy",
            4,
            is_function(
                _teacher_direction,
                _POINTS,
                (
                    (lambda a, b: -_teacher_direction(a, b), "This goes uphill: v is minus the gradient."),
                    (lambda a, b: _teacher_direction(a, b)[::-1], "Right numbers, wrong order: a first."),
                    (
                        lambda a, b: np.array([1.0, -0.5]) * _slopes(a, b, 1.0),
                        "This is the gradient of the output t. The loss has another factor, by the chain rule.",
                    ),
                ),
            ),
            (
                "L_T = ½(t − 1)². By the chain rule its gradient is (t − 1) times the gradient of t.",
                "The derivative of tanh(a) is 1 − tanh(a)². Mind the factor of tanh(b) in t, and the minus in v.",
            ),
        ),
        Exercise(
            "1.2",
            "The student's step, to first order",
            "a function (g, v, epsilon) -> [two numbers]",
            "medium",
            6,
            is_function(
                lambda g, v, epsilon: 2 * epsilon * (g @ v) * g,
                _ARROWS,
                (
                    (
                        lambda g, v, epsilon: epsilon * (g @ v) * g,
                        "Right line, right side; differentiate the square (z − y)² once more.",
                    ),
                    (
                        lambda g, v, epsilon: -2 * epsilon * (g @ v) * g,
                        "This goes away from the teacher's output: the step is minus the gradient.",
                    ),
                    (
                        lambda g, v, epsilon: 2 * epsilon * (g @ v) * g / (g @ g),
                        "This is the projection of v on the line of g. A gradient is longer where g is longer.",
                    ),
                    (
                        lambda g, v, epsilon: 2 * epsilon * v,
                        "The student does not know v; it only sees by how much one output moved.",
                    ),
                ),
            ),
            (
                "By how much did the teacher's output move, to first order in ε? That number is all the student sees.",
                "y − z ≈ ε(g·v), and minus the gradient of (z − y)² is 2(y − z) times the gradient of z.",
            ),
        ),
        Exercise(
            "1.3",
            "The angle at which nothing is learnt",
            "an angle between v and g, in degrees",
            "easy",
            2,
            _right_angle,
            (
                "Write the student's step as a multiple of g. What is the factor?",
                "The factor is g·v = ‖g‖‖v‖cos(angle).",
            ),
        ),
        Exercise(
            "1.4",
            "A teacher that is not heard",
            "two numbers, v, which are not both zero",
            "easy",
            3,
            _unheard,
            (
                "You found in 1.3 how v must stand to g.",
                "For any g = (p, q), which arrow built of p and q has g·v = 0?",
            ),
        ),
        Exercise(
            "1.5",
            "A student that goes against v",
            "three arrows of two numbers each: [g_T, g_S, v]",
            "hard",
            8,
            _against,
            (
                "The student's step is 2ε(g_T·v) g_S. Multiply by v: which two numbers must differ in sign?",
                "Draw v. Put g_T on its side of the line across v, and g_S on the other side.",
            ),
        ),
    ),
)
