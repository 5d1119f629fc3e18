"""Solutions of lesson 6. Run it to see every check pass."""

import numpy as np


def terms(z, z_T, Jw):
    """How the outputs pull, times how they differ; and times what a linear network misses."""
    p, p_T = np.exp(z) / np.exp(z).sum(), np.exp(z_T) / np.exp(z_T).sum()
    return (p_T - p) @ (z_T - z), (p_T - p) @ (z_T - z - Jw)


def safe_rate(S, rho, squared_gradient):
    """−2η(S − ρ) + η²‖∇L_S‖² < 0, solved for η."""
    return max(0, 2 * (S - rho) / squared_gradient)


REPORT = """
The title claims that a shared initialisation is necessary. The experiment compares one student that shares it with one
group that does not; that can show that sharing helps, and cannot exclude that something else suffices, such as
compatible output heads. The group of "other" students was made by a random permutation of the seeds, which on average
leaves one student with its own teacher: each should have a fresh initialisation. There is one run of everything: I ask
for several seeds and an interval of the paired difference. The theorem speaks of one plain gradient step; the training
is five epochs of Adam, so that its success is a measurement and proves nothing of the theorem, nor the other way round.
The audit holds the teacher's numbers against text from the web, which differs from them in origin; the small p-value
may say only this, and the reference's own samples would be the control. I recommend a major revision.
"""


def answers():
    """Exercise → its answer."""
    return {
        "6.1": terms,
        "6.2": safe_rate,
        "6.3": 0.6 / 2,
        "6.4": {
            "the teacher was trained by Adam": "holds",  # any teacher: its parameters alone enter
            "the student is trained by Adam": "fails",  # its step is not minus the gradient
            "the student has momentum": "fails",  # it may overshoot
            "the student's rate is above the bound": "fails",
            "the student starts elsewhere": "holds",  # true of every certified step; there are few of them
        },
        "6.5": REPORT,
    }


if __name__ == "__main__":
    from subtheory.course import check

    right = [check(name, answer) for name, answer in answers().items()]
    assert all(right)
