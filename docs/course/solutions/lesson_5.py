"""Solutions of lesson 5. Run it to see every check pass."""

import numpy as np
from scipy.special import ndtri
from scipy.stats import ttest_ind


def text_score(token_scores, prompt):
    """Only what the writer chose."""
    return np.sum(token_scores[prompt:])


def welch(data, control):
    """The difference in units of its standard error."""
    return ttest_ind(data, control, equal_var=False).statistic


def to_settle(data, control):
    """Nats that are needed over nats that one text has."""
    nats_each = (data.mean() - control.mean()) ** 2 / (2 * control.var())
    return ndtri(0.99) ** 2 / 2 / nats_each


def answers():
    """Exercise → its answer."""
    return {
        "5.1": text_score,
        "5.2": welch,
        "5.3": 200 * 0.05,
        "5.4": {
            "a copy of this model wrote it": "A",
            "people wrote it": "B",
            "a copy of this model wrote it and a filter kept some": "C",
            "another model wrote it": "B",
        },
        "5.5": to_settle,
    }


if __name__ == "__main__":
    from subtheory.course import check

    right = [check(name, answer) for name, answer in answers().items()]
    assert all(right)
