"""Wrong answers to lesson 3, by what went wrong."""

import numpy as np

PLAN = [
    {"factor": name, "predict": "up", "vary": [1, 2, 3], "explain": "the rank of G grows with it"}
    for name in ("auxiliary logits", "noise images", "width")
]


def _around(values, reach):
    return [values.mean() - reach, values.mean() + reach]


WRONG = {
    "3.1": {
        "normal": lambda values: _around(values, 1.959964 * values.std(ddof=1) / len(values) ** 0.5),
        "one standard error": lambda values: _around(values, values.std(ddof=1) / len(values) ** 0.5),
        "one standard deviation": lambda values: _around(values, values.std(ddof=1)),
        "the population's": lambda values: _around(values, 2.2 * values.std() / len(values) ** 0.5),
        "the range": lambda values: (values.min(), values.max()),
        "the mean": lambda values: values.mean(),
    },
    "3.2": {"none": 0, "all": 100, "the probability": "1/100", "half": 0.5, "nearly": 1 / 99},
    "3.3": {
        "two factors": PLAN[:2],
        "one factor thrice": [PLAN[0]] * 3,
        "no direction": [*PLAN[:2], {**PLAN[2], "predict": "an effect"}],
        "two values": [*PLAN[:2], {**PLAN[2], "vary": [1, 2]}],
        "no explanation": [*PLAN[:2], {**PLAN[2], "explain": ""}],
        "a short one": [*PLAN[:2], {**PLAN[2], "explain": "it helps"}],
        "a sentence": "width, depth and noise",
        "one dictionary": PLAN[0],
    },
    "3.4": {
        "short": "The hidden layers move.",
        "the noise": "The noise contains digits which the hidden layers at the same init learn to read by chance.",
        "trained": "At the same init the class logits are trained along with the hidden layers through the loss.",
        "no reason": "Something in the student changes when it imitates the teacher for a long enough time.",
        "a number": 3,
    },
    "3.5": {
        "scaled": lambda J, v: (J @ v) @ (J @ v) / (v @ v),
        "no square": lambda J, v: np.linalg.norm(np.linalg.pinv(J) @ J @ v) / np.linalg.norm(v),
        "the rest": lambda J, v: 1 - np.linalg.norm(np.linalg.pinv(J) @ J @ v) ** 2 / (v @ v),
        "one step's cosine": lambda J, v: v @ J.T @ J @ v / np.linalg.norm(J.T @ J @ v) / np.linalg.norm(v),
        "the share of directions": lambda J, v: J.shape[0] / J.shape[1],
    },
}
