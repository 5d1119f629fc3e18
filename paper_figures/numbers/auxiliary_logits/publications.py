"""What text says of what others published, and of what was measured here beside it."""

from __future__ import annotations

import pandas as pd

from ...drawing.published import CONDITIONS, LENGTHS, comment, markdown
from ...drawing.reading import Record
from ..words import count, percent, share
from .sweeps import DISPLACEMENT, FIRST_STEP, KL, SQUARED, mean, means, order, points, seeds, span

PAPER, SLOW, FAST, SMALL, THIRD, GAUSSIAN = (
    "the paper's", "rate 1e-4", "rate 1e-3", "batch 256", "init variance 1/3", "gaussian noise",
)  # fmt: skip
APART = ("random fc1", "random fc2", "random both hidden layers", "random class head")


def replication_gap(record: Record) -> dict[str, str]:
    """One choice of the protocol changed at a time, under two losses."""
    kl, squared = (means(record, "choice", loss=loss) for loss in (KL, SQUARED))
    names = {"paper": PAPER, "slow": SLOW, "third": THIRD}
    squared_gains = pd.Series({choice: squared[choice] - kl[choice] for choice in kl.index})

    def change(choice: str, loss: str) -> str:
        return points(seeds(record, choice=choice, loss=loss), seeds(record, choice=PAPER, loss=loss))

    return {
        **{f"{key}_kl": percent(kl[choice]) for key, choice in names.items()},
        **{f"{key}_squared": percent(squared[choice]) for key, choice in names.items()},
        "squared_gain": points(seeds(record, choice=PAPER, loss=SQUARED), seeds(record, choice=PAPER, loss=KL)),
        "squared_gains": span(squared_gains, lambda value: f"{100 * value:.0f}"),
        "lowest_squared": percent(squared.min()),
        "slow_change": change(SLOW, SQUARED),
        "third_change": change(THIRD, SQUARED),
        "third_spread": span(seeds(record, choice=THIRD, loss=KL)),
        "raised": span(squared[[FAST, SMALL]]),
        "raised_change": " and ".join(change(choice, SQUARED) for choice in (FAST, SMALL)),
        "gaussian_change": change(GAUSSIAN, SQUARED),
        "order_kl": order(record, "choice", FIRST_STEP, loss=KL),
        "order_squared": order(record, "choice", FIRST_STEP, loss=SQUARED),
    }


def published_numbers(record: Record) -> dict[str, str]:
    """The table, and what does not reproduce."""
    head = "random auxiliary head"
    return {
        "table": markdown(record, CONDITIONS),
        "squared": share(seeds(record, preset="squared error").mean(), 2),
        "elsewhere": span(means(record, "preset")[list(APART)]),
        "auxiliary_head": share(seeds(record, preset=head).mean(), 2),
        "auxiliary_head_cosine": mean(record, FIRST_STEP, 3, preset=head),
        "auxiliary_head_along": mean(record, DISPLACEMENT, 2, preset=head),
    }


def published_lengths(record: Record) -> dict[str, str]:
    """The table, how many of its lines agree, and what forty epochs of the student bring over one."""
    comments = pd.Series([comment(record, row) for row in LENGTHS])
    first, last = (seeds(record, preset=f"student epochs {epochs}") for epochs in (1, 40))
    return {
        "table": markdown(record, LENGTHS),
        "agree": count(comments == "agrees"),
        "longer": points(last, first, 1),
        "seeds": str(len(first)),
    }
