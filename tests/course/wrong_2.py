"""Wrong answers to lesson 2, by what went wrong."""

import numpy as np


def _softmax(z):
    return np.exp(z) / np.exp(z).sum()


def _right(J, M):
    return np.einsum("nap,nab,nbq->pq", J, M, J) / len(J)


def _column_by_column(push, pull, curvature, u, N):
    G = np.stack([pull(curvature(push(e))) / N for e in np.eye(len(u))], 1)
    return G @ u


RIGHT = {"squared error": "none", "absolute error": "P1", "negated squared error": "P2", "cubed error": "P3"}

WRONG = {
    "2.1": {
        "logits do not compete": lambda z: np.diag(_softmax(z) * (1 - _softmax(z))),
        "only the diagonal": lambda z: np.diag(_softmax(z)),
        "the sign": lambda z: np.outer(_softmax(z), _softmax(z)) - np.diag(_softmax(z)),
        "a vector": lambda z: _softmax(z) * (1 - _softmax(z)),
    },
    "2.2": {
        "a sum": lambda J, M: _right(J, M) * len(J),
        "no curvature": lambda J, M: np.einsum("nap,naq->pq", J, J) / len(J),
        "a product of means": lambda J, M: J.mean(0).T @ M.mean(0) @ J.mean(0),
        "the other way round": lambda J, M: J @ J.transpose(0, 2, 1),
    },
    "2.3": {
        "a sum": lambda push, pull, curvature, u, N: pull(curvature(push(u))),
        "no curvature": lambda push, pull, curvature, u, N: pull(push(u)) / N,
        "the wrong order": lambda push, pull, curvature, u, N: push(curvature(pull(u))) / N,
        "a matrix after all": _column_by_column,
        "only pushed": lambda push, pull, curvature, u, N: push(u),
    },
    "2.4": {
        "P2 and P3 swapped": {**RIGHT, "negated squared error": "P3", "cubed error": "P2"},
        "the flat one is harmless": {**RIGHT, "cubed error": "none"},
        "the kink forgotten": {**RIGHT, "absolute error": "none"},
        "one missing": {"squared error": "none"},
        "a list": ["none", "P1", "P2", "P3"],
    },
    "2.5": {
        "the quietest": lambda G: np.linalg.eigh(G)[1][:, 0],
        "a row": lambda G: np.linalg.eigh(G)[1][-1],
        "a column of G": lambda G: G[:, 0] / np.linalg.norm(G[:, 0]),
        "not of length 1": lambda G: 2 * np.linalg.eigh(G)[1][:, -1],
        "the value": lambda G: np.linalg.eigvalsh(G)[-1],
    },
}
