"""What text says of what the student imitates: how many logits, by which loss, on which inputs."""

from __future__ import annotations

import pandas as pd

from ...drawing.reading import Record
from ...drawing.summaries import rank_correlation
from ..words import count, number, share_plus_minus
from .sweeps import (
    CONTROL,
    DISTANCE,
    FIRST_STEP,
    KL,
    SLOPE,
    SQUARED,
    STUDENT,
    accuracy,
    means,
    order,
    seeds,
    span,
)


def aux_count(record: Record) -> dict[str, str]:
    """Accuracy with some numbers of auxiliary logits, and what orders them."""
    losses = {"kl": KL, "squared": SQUARED}
    still = seeds(record, STUDENT, DISTANCE, auxiliary=1, loss=KL) == 0

    def everything(metric: str, condition: str = STUDENT) -> pd.Series:
        return pd.concat({loss: means(record, "auxiliary", metric, condition, loss=loss) for loss in losses.values()})

    return {
        "ten": share_plus_minus(seeds(record, auxiliary=10, loss=KL)),
        "still": count(still),
        "one": accuracy(record, auxiliary=1, loss=SQUARED),
        **{f"three_{key}": accuracy(record, auxiliary=3, loss=loss) for key, loss in losses.items()},
        **{f"twenty_{key}": accuracy(record, auxiliary=20, loss=loss) for key, loss in losses.items()},
        "control": span(everything("test_accuracy", CONTROL)),
        **{f"cosine_{key}": order(record, "auxiliary", FIRST_STEP, loss=loss) for key, loss in losses.items()},
        "cosine_both": number(rank_correlation(everything(FIRST_STEP), everything("test_accuracy"))),
        **{f"slope_{key}": order(record, "auxiliary", SLOPE, loss=loss) for key, loss in losses.items()},
        "slope_both": number(rank_correlation(everything(SLOPE), everything("test_accuracy"))),
    }
