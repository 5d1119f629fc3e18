"""What text says of other networks: wider, deeper, convolutional."""

from __future__ import annotations

import pandas as pd

from ...drawing.reading import Record
from ..words import number, percent
from .sweeps import (
    CONTROL,
    DISPLACEMENT,
    FIRST_STEP,
    SLOPE,
    accuracy,
    mean,
    means,
    order,
    points,
    seeds,
    span,
)

NARROW_TO_WIDE = ("cnn 4-8", "cnn 8-16", "cnn 16-32")
PERCEPTRON = "mlp 256-256"


def width_depth(record: Record) -> dict[str, str]:
    """Accuracy of wider and deeper networks, and what does not order them."""

    def wide(units: int) -> pd.Series:
        return seeds(record, swept="width", size=units)

    cosine = means(record, "size", FIRST_STEP, swept="width")
    one, four = (seeds(record, swept="depth", size=layers) for layers in (1, 4))
    return {
        **{f"width_{units}": percent(wide(units).mean()) for units in (16, 64, 128, 512)},
        "rises": points(wide(128), wide(16)),
        "falls": points(wide(128), wide(512)),
        "one_layer": percent(one.mean()),
        "four_layers": percent(four.mean()),
        "deeper_costs": points(one, four),
        "cosine_falls": number(cosine.iloc[0] / cosine.iloc[-1], 1),
        "cosine_width": order(record, "size", FIRST_STEP, swept="width"),
        "cosine_depth": order(record, "size", FIRST_STEP, swept="depth"),
        "slope_width": order(record, "size", SLOPE, swept="width"),
        "slope_depth": order(record, "size", SLOPE, swept="depth"),
        "narrow_cosine": mean(record, DISPLACEMENT, 2, swept="width", size=16),
    }


def cnn_students(record: Record) -> dict[str, str]:
    """Convolutional students beside the perceptron."""
    networks = dict(zip(("narrow", "middle", "wide"), NARROW_TO_WIDE, strict=True)) | {"mlp": PERCEPTRON}
    narrow, middle, wide = (seeds(record, network=network) for network in NARROW_TO_WIDE)
    open_loss = means(record, "network", condition="teacher") - means(record, "network", condition="student_all")
    along = means(record, "network", DISPLACEMENT)
    return {
        **{key: accuracy(record, network=network) for key, network in networks.items()},
        **{f"{key}_teacher": accuracy(record, "teacher", network=NARROW_TO_WIDE[at]) for at, key in enumerate(networks)
           if key != "mlp"},
        "middle_over_narrow": points(middle, narrow),
        "wide_over_middle": points(wide, middle),
        "control": span(means(record, "network", condition=CONTROL)),
        "all_logits_lack": number(100 * open_loss.max(), 1),
        "along": span(along[list(NARROW_TO_WIDE)], number),
        "along_mlp": number(along[PERCEPTRON]),
        "order": order(record, "network", FIRST_STEP),
    }  # fmt: skip
