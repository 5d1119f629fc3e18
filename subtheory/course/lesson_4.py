"""Lesson 4, nats: samples, the information law, and why a filter does not take the trait away."""

from __future__ import annotations

from typing import Any

import numpy as np

from .comparing import called, close, is_function, is_number, number, vector
from .exercise import Exercise, Lesson

_draw = np.random.default_rng(41)
_LABELS = tuple((_draw.normal(size=m), _draw.normal(size=m)) for m in (2, 3, 6))
_NEEDED = ((1e-3, 0.99), (2e-4, 0.9), (5e-6, 0.75))


def _strings(count: int, positive: bool = False) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Probabilities, keep-probabilities, and scores with mean zero."""
    p = _draw.dirichlet(np.ones(count))
    s = _draw.normal(size=count)
    return p, _draw.uniform(size=count), s - p @ s


_FILTERED = tuple(_strings(count) for count in (5, 12, 40))
_HOSTILE = tuple(_strings(count)[::2] for count in (400, 600))


def _score(logits: np.ndarray, Jv: np.ndarray) -> np.ndarray:
    p = np.exp(logits - logits.max())
    return Jv - p @ Jv / p.sum()


def _kept_variance(p: np.ndarray, w: np.ndarray, s: np.ndarray) -> float:
    q = p * w / (p @ w)
    return float(q @ (s - q @ s) ** 2)


def _quantile(probability: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(probability))


def _needed(answer: Any) -> str | None:
    for kl, probability in _NEEDED:
        got = number(called(answer, kl, probability))
        right = _quantile(probability) ** 2 / (2 * kl)
        if right * (1 - 1e-3) <= got <= right * (1 + 1e-3) + 1:  # rounded up will do
            continue
        if close(got, 2 * right):
            return "Twice too many: the law has √(2·nats)."
        if close(got, _quantile(probability) / (2 * kl)) or close(got, (2 * right) ** 0.5):
            return "Solve Φ(√(2I)) = probability for I: undo the root as well."
        if close(got, _quantile((1 + probability) / 2) ** 2 / (2 * kl)):
            return "The sign has one right side only: use one tail."
        if close(got, right * kl):
            return "These are the nats of the whole data set. How many examples carry them?"
        return f"For {kl:g} nats an example and probability {probability:g} it gives {got:.4g}."
    return None


def _hostile(answer: Any) -> str | None:
    for p, s in _HOSTILE:
        w = vector(called(answer, p, s), len(p))
        if w.min() < 0 or w.max() > 1:
            return f"A filter keeps with a probability; yours has {w.min() if w.min() < 0 else w.max():.3g}."
        kept = float(p @ w)
        if kept < 0.5:
            return f"It keeps {kept:.0%} of what is written; keep half or more."
        left = _kept_variance(p, w, s) / _kept_variance(p, np.ones_like(p), s)
        if left > 0.25:
            return f"It leaves {left:.0%} of the variance of the score; a quarter can be undercut."
    return None


def _one_sided(p: np.ndarray, w: np.ndarray, s: np.ndarray) -> float:
    return float(p * w @ s**2 / (p @ w))


LESSON = Lesson(
    4,
    "Nats",
    15,
    (
        Exercise(
            "4.1",
            "The score of a label",
            "a function (logits[m], Jv[m]) -> s[m], one score for each label",
            "easy",
            4,
            is_function(
                _score,
                _LABELS,
                (
                    (lambda logits, Jv: Jv, "The other labels' logits move too, and probabilities add up to one."),
                    (
                        lambda logits, Jv: Jv - Jv.mean(),
                        "The labels are not equally likely: weigh the mean by their probabilities.",
                    ),
                    (
                        lambda logits, Jv: _score(logits, Jv) * np.exp(logits) / np.exp(logits).sum(),
                        "This is how the probability changes. The score is how its logarithm changes.",
                    ),
                    (lambda logits, Jv: -_score(logits, Jv), "The sign: a label whose logit rises becomes likelier."),
                ),
            ),
            (
                "log p_y = z_y − log Σ exp z. Differentiate along v, with dz = Jv.",
                "d/dε log Σ exp z is the mean of Jv, weighted by the softmax of the logits.",
            ),
        ),
        Exercise(
            "4.2",
            "How many examples settle the sign?",
            "a function (kl, probability) -> number of examples",
            "medium",
            5,
            _needed,
            (
                "P = Φ(√(2·N·kl)). Solve for N.",
                "scipy.special.ndtri is Φ⁻¹; square it, halve it, divide by the nats of one example.",
            ),
        ),
        Exercise(
            "4.3",
            "What a filter leaves",
            "a function (p, w, s) -> a number",
            "medium",
            6,
            is_function(
                _kept_variance,
                _FILTERED,
                (
                    (
                        lambda p, w, s: float((p * w) @ (s - (p @ (w * s)) / (p @ w)) ** 2),
                        "What is kept is a distribution again: its probabilities add up to one.",
                    ),
                    (
                        lambda p, w, s: float(p @ s**2 - (p @ s) ** 2),
                        "This is the variance before the filter.",
                    ),
                    (_one_sided, "After the filter the score no longer has mean zero: a variance is about the mean."),
                    (
                        lambda p, w, s: float(p @ (w * s) / (p @ w)),
                        "This is the mean of the score on what is kept: the control has it too.",
                    ),
                ),
            ),
            (
                "Build the distribution of what is kept, q ∝ p·w. Then take the variance of s under q.",
                "q = p * w / (p @ w); the mean is q @ s; the variance is q @ (s − mean)².",
            ),
        ),
        Exercise(
            "4.4",
            "The most hostile filter",
            "a function (p, s) -> w, keep-probabilities from 0 to 1",
            "hard",
            8,
            _hostile,
            (
                "The law says that only the variance of s on what is kept counts. Which strings make it small?",
                "Sort by the distance of s from its middle, and keep the nearest until they have half of p.",
            ),
        ),
        Exercise(
            "4.5",
            "Nats after a filter",
            "a number of nats",
            "medium",
            4,
            is_number(
                0.125,
                (
                    (1.0, "That is what the data carried before the filter."),
                    (0.5, "There are fewer examples now."),
                    (0.25, "Each example that is left says less."),
                    (0.0625, "Nats go with the variance, not with its square."),
                ),
            ),
            (
                "Nats in total are examples times nats of one example. What does the filter do to each?",
                "Nats of one example are ε²·variance/2, and the variance was halved.",
            ),
        ),
    ),
)
