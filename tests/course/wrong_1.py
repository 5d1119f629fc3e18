"""Wrong answers to lesson 1, by what went wrong."""

import numpy as np


def _slope(a):
    return 1 - np.tanh(a) ** 2


def _t(a, b):
    return np.tanh(a) - np.tanh(b) / 2


WRONG = {
    "1.1": {
        "uphill": lambda a, b: (_t(a, b) - 1) * np.array([_slope(a), -_slope(b) / 2]),
        "the loss forgotten": lambda a, b: [_slope(a), -_slope(b) / 2],
        "swapped": lambda a, b: (1 - _t(a, b)) * np.array([-_slope(b) / 2, _slope(a)]),
        "a sign in t": lambda a, b: (1 - _t(a, b)) * np.array([_slope(a), _slope(b) / 2]),
        "one number": lambda a, b: (1 - _t(a, b)) * _slope(a),
        "no function": [1.0, 2.0],
    },
    "1.2": {
        "half": lambda g, v, epsilon: epsilon * (g @ v) * g,
        "away": lambda g, v, epsilon: -2 * epsilon * (g @ v) * g,
        "the shadow itself": lambda g, v, epsilon: 2 * epsilon * (g @ v) * g / (g @ g),
        "the teacher's step": lambda g, v, epsilon: 2 * epsilon * v,
        "a number": lambda g, v, epsilon: 2 * epsilon * (g @ v) ** 2,
        "two arguments": lambda g, v: 2 * (g @ v) * g,
    },
    "1.3": {"along": 0, "against": "180", "half-way": 45.0, "radians": np.pi / 2, "words": "a right one"},
    "1.4": {"zero": (0, 0), "along g": [3, -1], "a sign": (-1, 3), "three numbers": (1, 3, 0), "words": "none"},
    "1.5": {
        "a square": [(1, 1), (1, 1), (1, -3)],
        "towards": [(1, 0), (1, 1), (1, 0)],
        "not heard": [(0, 1), (1, 1), (1, 0)],
        "zero": [(1, 0), (0, 0), (1, 0)],
        "two arrows": [(1, 0), (-1, 0)],
        "both turned": [(-1, 0), (-1, 0.5), (1, 0)],
    },
}
