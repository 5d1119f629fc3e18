"""Wrong answers to lesson 6, by what went wrong."""

import numpy as np

NAMES = (
    "the teacher was trained by Adam",
    "the student is trained by Adam",
    "the student has momentum",
    "the student's rate is above the bound",
    "the student starts elsewhere",
)


def _p(z):
    return np.exp(z) / np.exp(z).sum()


def _of(*said):
    return dict(zip(NAMES, said, strict=True))


LONG = "The paper is interesting and well written and I enjoyed reading it very much from the first to the last page. "

WRONG = {
    "6.1": {
        "swapped": lambda z, z_T, Jw: ((_p(z_T) - _p(z)) @ (z_T - z - Jw), (_p(z_T) - _p(z)) @ (z_T - z)),
        "squared error's": lambda z, z_T, Jw: ((z_T - z) @ (z_T - z), (z_T - z) @ (z_T - z - Jw)),
        "progress": lambda z, z_T, Jw: ((_p(z_T) - _p(z)) @ (z_T - z), (_p(z_T) - _p(z)) @ Jw),
        "student and teacher exchanged in μ": lambda z, z_T, Jw: (
            (_p(z) - _p(z_T)) @ (z_T - z),
            (_p(z) - _p(z_T)) @ (z_T - z - Jw),
        ),
        "only S": lambda z, z_T, Jw: (_p(z_T) - _p(z)) @ (z_T - z),
    },
    "6.2": {
        "negative rates": lambda S, rho, squared: 2 * (S - rho) / squared,
        "half": lambda S, rho, squared: max(0, S - rho) / squared,
        "the sign of ρ": lambda S, rho, squared: 2 * (S + rho) / squared,
        "not squared": lambda S, rho, squared: max(0, 2 * (S - rho)) / squared**0.5,
        "no remainder": lambda S, rho, squared: 2 * S / squared,
    },
    "6.3": {"not halved": 0.6, "doubled": 1.2, "squared": 0.18, "a right angle": 0.8, "none": 0},
    "6.4": {
        "the teacher's optimiser counts": _of("fails", "fails", "fails", "fails", "holds"),
        "the start counts": _of("holds", "fails", "fails", "fails", "fails"),
        "momentum is plain": _of("holds", "fails", "holds", "fails", "holds"),
        "one missing": {NAMES[0]: "holds"},
        "a word": "holds",
    },
    "6.5": {
        "short": "Reject: one seed, a permutation, Adam, web text, and necessity does not follow.",
        "polite": 4 * LONG + "I recommend to accept it.",
        "no advice": 4 * LONG + "One seed, a permutation, Adam, text from the web; necessary does not follow.",
        "the control forgotten": 4 * LONG + "One seed, a permutation, Adam; necessary does not follow. Please revise.",
        "a number": 3,
    },
}
