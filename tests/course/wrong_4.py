"""Wrong answers to lesson 4, by what went wrong."""

import numpy as np
from scipy.special import ndtri


def _p(logits):
    return np.exp(logits) / np.exp(logits).sum()


def _keep(p, chosen):
    w = np.zeros(len(p))
    w[chosen] = 1
    return w


WRONG = {
    "4.1": {
        "no other labels": lambda logits, Jv: Jv,
        "a plain mean": lambda logits, Jv: Jv - Jv.mean(),
        "of the probability": lambda logits, Jv: _p(logits) * (Jv - _p(logits) @ Jv),
        "the sign": lambda logits, Jv: _p(logits) @ Jv - Jv,
        "a number": lambda logits, Jv: _p(logits) @ Jv,
    },
    "4.2": {
        "no half": lambda kl, probability: ndtri(probability) ** 2 / kl,
        "no square": lambda kl, probability: ndtri(probability) / (2 * kl),
        "two tails": lambda kl, probability: ndtri((1 + probability) / 2) ** 2 / (2 * kl),
        "nats": lambda kl, probability: ndtri(probability) ** 2 / 2,
        "the other way round": lambda kl, probability: 2 * kl / ndtri(probability) ** 2,
    },
    "4.3": {
        "not normalised": lambda p, w, s: (p * w) @ (s - (p * w) @ s / (p @ w)) ** 2,
        "before the filter": lambda p, w, s: p @ s**2 - (p @ s) ** 2,
        "not about the mean": lambda p, w, s: (p * w) @ s**2 / (p @ w),
        "the mean": lambda p, w, s: (p * w) @ s / (p @ w),
        "all alike": lambda p, w, s: np.var(s[w > 0.5]),
    },
    "4.4": {
        "a judge of one side": lambda p, s: (s <= np.median(s)).astype(float) * 0.99 + 0.01,
        "everything": lambda p, s: np.ones(len(p)),
        "too little": lambda p, s: (np.abs(s - np.median(s)) < 0.05).astype(float),
        "the extremes": lambda p, s: (np.abs(s) > 0.3).astype(float),
        "the likeliest": lambda p, s: _keep(p, np.argsort(-p)[: len(p) // 2]),
        "not a probability": lambda p, s: 2 * (np.abs(s) < 1).astype(float),
        "one number": lambda p, s: 0.5,
    },
    "4.5": {"before": 1, "the examples forgotten": 0.5, "the variance forgotten": 0.25, "squared": 0.0625, "none": 0},
}
