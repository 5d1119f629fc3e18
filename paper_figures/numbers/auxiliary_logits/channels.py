"""What text says of what the student imitates: how many logits, by which loss, on which inputs."""

from __future__ import annotations

import pandas as pd

from ...drawing.reading import Record
from ...drawing.summaries import rank_correlation
from ..words import count, number, percent, plus_minus, share, share_plus_minus
from .sweeps import (
    ACCURACY,
    CONTROL,
    DISPLACEMENT,
    DISTANCE,
    FIRST_STEP,
    KL,
    SLOPE,
    SQUARED,
    STUDENT,
    accuracy,
    mean,
    means,
    order,
    points,
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
        "control": span(everything(ACCURACY, CONTROL)),
        **{f"cosine_{key}": order(record, "auxiliary", FIRST_STEP, loss=loss) for key, loss in losses.items()},
        "cosine_both": number(rank_correlation(everything(FIRST_STEP), everything(ACCURACY))),
        **{f"slope_{key}": order(record, "auxiliary", SLOPE, loss=loss) for key, loss in losses.items()},
        "slope_both": number(rank_correlation(everything(SLOPE), everything(ACCURACY))),
    }


def imitation_loss(record: Record) -> dict[str, str]:
    """Accuracy under soft losses, a few largest logits, and labels sampled once."""
    by_loss, cosine = means(record, "loss"), means(record, "loss", FIRST_STEP)
    soft = by_loss[["squared error", *(name for name in by_loss.index if name.startswith("softmax"))]]
    sampled, others = "sampled labels", by_loss.index.drop("sampled labels")
    return {
        "soft": span(soft),
        **{f"top_{k}": percent(by_loss[f"top-{k} KL"]) for k in (5, 3, 2)},
        "still": count(seeds(record, STUDENT, DISTANCE, loss="top-1 KL") == 0),
        "order": number(rank_correlation(cosine[others], by_loss[others])),
        "order_with_sampled": number(rank_correlation(cosine, by_loss)),
        "sampled": percent(by_loss[sampled]),
        "sampled_control": accuracy(record, CONTROL, loss=sampled),
        "sampled_gain": points(seeds(record, loss=sampled), seeds(record, CONTROL, loss=sampled)),
        "sampled_moves": mean(record, DISTANCE, 1, loss=sampled),
        "sampled_cosine": mean(record, DISPLACEMENT, 2, loss=sampled),
    }


def student_inputs(record: Record) -> dict[str, str]:
    """Accuracy on kinds of inputs, and on fewer of them."""
    kinds = means(record, "inputs", number=8192)
    numbers, along = (means(record, "number", metric, inputs="uniform") for metric in (ACCURACY, DISPLACEMENT))

    def gain(kind: str) -> str:
        where = {"inputs": kind, "number": 8192}
        return points(seeds(record, **where), seeds(record, CONTROL, **where))

    return {
        "full_rank": span(kinds[["uniform", "gaussian", "coloured"]]),
        **{key: percent(kinds[key.replace("_", " ")]) for key in ("low_rank", "images", "blurred_images")},
        **{f"{key}_gain": gain(key.replace("_", " ")) for key in ("low_rank", "images", "blurred_images")},
        **{f"of_{n}": percent(numbers[n]) for n in (8192, 1024, 128)},
        "order_of_kinds": order(record, "inputs", FIRST_STEP, number=8192),
        **{f"cosine_of_{n}": share(seeds(record, STUDENT, FIRST_STEP, inputs="uniform", number=n).mean())
           for n in (128, 1024)},
        "along_most": number(along[8192]),
        "along_least": plus_minus(seeds(record, STUDENT, DISPLACEMENT, inputs="uniform", number=128)),
    }  # fmt: skip
