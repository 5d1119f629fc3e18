"""Lesson 2, the proof as code: J, M, G, the dense oracle and the matrix-free product."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .comparing import array, called, close, is_function, vector, words
from .exercise import Exercise, Lesson, Unreadable

_draw = np.random.default_rng(21)
_LOGITS = tuple((_draw.normal(size=m),) for m in (2, 3, 5))
_MATRICES = tuple((_draw.normal(size=(N, m, P)), _draw.normal(size=(N, m, m))) for N, m, P in ((4, 2, 3), (3, 3, 5)))
_SYMMETRIC = tuple((J, M @ M.transpose(0, 2, 1)) for J, M in _MATRICES)
_SQUARES = tuple((B @ B.T,) for B in (_draw.normal(size=(4, 4)), _draw.normal(size=(6, 6))))
PREMISES = {"squared error": "none", "absolute error": "p1", "negated squared error": "p2", "cubed error": "p3"}


def _softmax_curvature(z: np.ndarray) -> np.ndarray:
    p = np.exp(z - z.max()) / np.exp(z - z.max()).sum()
    return np.diag(p) - np.outer(p, p)


def _gauss_newton(J: np.ndarray, M: np.ndarray) -> np.ndarray:
    return np.einsum("nap,nab,nbq->pq", J, M, J) / len(J)


class _Counted:
    """A function that counts its calls."""

    def __init__(self, function: Callable[[np.ndarray], np.ndarray]):
        self.function, self.calls = function, 0

    def __call__(self, given: Any) -> np.ndarray:
        self.calls += 1
        return self.function(np.asarray(given, float))


def _product(answer: Any) -> str | None:
    for J, M in _SYMMETRIC:
        u = np.linspace(-1, 1, J.shape[-1])
        push = _Counted(lambda given, J=J: J @ given)
        pull = _Counted(lambda given, J=J: np.einsum("nap,na->p", J, given))
        curvature = _Counted(lambda given, M=M: np.einsum("nab,nb->na", M, given))
        got = vector(called(answer, push, pull, curvature, u, len(J)), len(u))
        right = _gauss_newton(J, M) @ u
        if close(got, right):
            if max(push.calls, pull.calls, curvature.calls) > 1:
                return "Right, but one call of each function is enough."
            continue
        if close(got, right * len(J)):
            return "This is the sum over the inputs; G is their mean."
        if close(got, np.einsum("nap,naq->pq", J, J) @ u / len(J)):
            return "The loss has its say too: between push and pull stands its curvature."
        return "It is not G u on a random instance. Which of the three spaces does each function map from and to?"
    return None


def _premises(answer: Any) -> str | None:
    if not isinstance(answer, Mapping):
        raise Unreadable("That is no dictionary.")
    given = {" ".join(words(name)): "".join(words(str(value))) for name, value in answer.items()}
    missing = [name for name in PREMISES if name not in given]
    if missing:
        return f"There is no answer for {missing[0]!r}."
    said = {"": "none", "no": "none", "nothing": "none", "1": "p1", "2": "p2", "3": "p3"}
    right = sum(said.get(given[name], given[name]) == wanted for name, wanted in PREMISES.items())
    if right == len(PREMISES):
        return None
    return (
        f"{right} of {len(PREMISES)} are right. Differentiate each loss in z, look at z = y, then differentiate in y."
    )


def _loudest(answer: Any) -> str | None:
    for (G,) in _SQUARES:
        v = vector(called(answer, G), len(G))
        length = np.linalg.norm(v)
        if not close(length, 1.0):
            return f"Its length is {length:.3g}; it should be 1."
        A, values = v @ G @ v, np.linalg.eigvalsh(G)
        if close(A, values[0]):
            return "This is the direction that is heard least."
        if values[-1] * (1 - 1e-3) > A:
            return f"Its A is {A:.3g} on a random instance; {values[-1]:.3g} can be reached."
    return None


def _no_mean(J: np.ndarray, M: np.ndarray) -> np.ndarray:
    return _gauss_newton(J, M) * len(J)


def _no_curvature(J: np.ndarray, M: np.ndarray) -> np.ndarray:
    return np.einsum("nap,naq->pq", J, J) / len(J)


def _of_means(J: np.ndarray, M: np.ndarray) -> np.ndarray:
    return array(J.mean(0).T @ M.mean(0) @ J.mean(0))


LESSON = Lesson(
    2,
    "The proof as code",
    15,
    (
        Exercise(
            "2.1",
            "The curvature of softmax",
            "a function z[m] -> M[m, m]",
            "easy",
            4,
            is_function(
                _softmax_curvature,
                _LOGITS,
                (
                    (lambda z: np.diag(np.diag(_softmax_curvature(z))), "The diagonal is right. Logits compete."),
                    (lambda z: -_softmax_curvature(z), "The sign: M must be positive semi-definite."),
                    (
                        lambda z: np.diag(np.diag(_softmax_curvature(z)) / (1 - np.exp(z) / np.exp(z).sum())),
                        "Shift all logits alike: the softmax does not change, so M must give zero there.",
                    ),
                ),
            ),
            (
                "∂ℓ/∂z = p(z) − p(y) with p the softmax. Differentiate p(y) in y.",
                "∂p_i/∂y_j is p_i(1 − p_i) where i = j. What is it where i ≠ j? A diagonal minus an outer product.",
            ),
        ),
        Exercise(
            "2.2",
            "G, densely",
            "a function (J[N, m, P], M[N, m, m]) -> G[P, P]",
            "easy",
            4,
            is_function(
                _gauss_newton,
                _MATRICES,
                (
                    (_no_mean, "The sum over inputs is there; E is a mean."),
                    (_no_curvature, "This is E JᵀJ. Where is M?"),
                    (_of_means, "The mean of products is not the product of means."),
                ),
            ),
            ("G = E JᵀMJ: one product for each input, then the mean.", 'np.einsum("nap,nab,nbq->pq", …) sums over n.'),
        ),
        Exercise(
            "2.3",
            "G without a matrix",
            "a function (push, pull, curvature, u, N) -> G u",
            "medium",
            6,
            _product,
            (
                "Read JᵀMJu from right to left: u is a direction of parameters, Ju one of outputs.",
                "pull(curvature(push(u))), and one more thing, since pull sums over inputs.",
            ),
        ),
        Exercise(
            "2.4",
            "Which premise breaks?",
            'a dictionary {"absolute error": "P1", "P2", "P3" or "none", ...}',
            "medium",
            6,
            _premises,
            (
                "P1: the gradient is zero, and continuous, at z = y. P2: M ≥ 0. P3: no gradient where M sees nothing.",
                "Near z = y the four are u², |u|, −u², u³. Which has a kink, which bends down, which is flat?",
            ),
        ),
        Exercise(
            "2.5",
            "The teacher that is heard best",
            "a function G -> v of length 1",
            "hard",
            6,
            _loudest,
            (
                "You want to maximise vᵀGv over ‖v‖ = 1, for a symmetric G.",
                "np.linalg.eigh sorts eigenvalues upwards; eigenvectors are the columns of its second result.",
            ),
        ),
    ),
)
