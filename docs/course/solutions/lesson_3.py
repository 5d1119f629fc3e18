"""Solutions of lesson 3. Run it to see every check pass."""

import numpy as np


def interval(values):
    """Student's t interval: the package's own."""
    from subtheory.statistics import mean_interval

    found = mean_interval(values)
    return found.low, found.high


def coverage(J, v):
    """The share of v's squared length in the span of J's rows."""
    weights = np.linalg.lstsq(J.T, v)[0]
    seen = J.T @ weights
    return seen @ seen / (v @ v)


def answers():
    """Exercise → its answer."""
    return {
        "3.1": interval,
        "3.2": 1,  # 100 students, each with probability 1/100
        "3.3": [
            {
                "factor": "auxiliary logits",
                "predict": "up",
                "vary": [1, 2, 3, 10],
                "explain": "the rank of G is at most N(m − 1), so coverage grows",
            },
            {
                "factor": "noise images",
                "predict": "up",
                "vary": [128, 1024, 8192],
                "explain": "more rows of J cover more of v",
            },
            {
                "factor": "share of another init",
                "predict": "down",
                "vary": [0, 0.25, 0.5, 1],
                "explain": "the two Jacobians are no longer the same",
            },
        ],
        "3.4": "The hidden layers of the student move, along the teacher's way because both have the same init; "
        "the class head stays and reads these moved features.",
        "3.5": coverage,
    }


if __name__ == "__main__":
    from subtheory.course import check

    right = [check(name, answer) for name, answer in answers().items()]
    assert all(right)
