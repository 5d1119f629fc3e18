"""What text says of where the student starts: how far from the teacher, which layers apart, units in another order."""

from __future__ import annotations

import pandas as pd

from ...drawing.reading import Record
from ..words import number, percent
from .sweeps import DISPLACEMENT, FIRST_STEP, KL, SQUARED, accuracy, mean, means, order, points, seeds, span

LAYERS = ("fc1", "fc2", "head")
ORDERED = ("whole network", "orthogonal", *LAYERS)
NOISES = {"small": 0.01, "medium": 0.02, "large": 0.05}


def init_distance(record: Record) -> dict[str, str]:
    """Interpolated and noisy initialisations, less the shared one, by seed."""

    def at(kind: str, amount: float) -> pd.Series:
        return seeds(record, kind=kind, amount=amount)

    shared, independent = (at("interpolated", share) for share in (0.0, 1.0))
    shares = {"tenth": 0.1, "fifth": 0.2, "two_fifths": 0.4, "three_fifths": 0.6}
    layers = {layer: at(layer, 0.05) for layer in LAYERS}
    orders = pd.Series([float(order(record, "amount", FIRST_STEP, kind=kind)) for kind in ORDERED])
    return {
        "shared": percent(shared.mean()),
        **{key: accuracy(record, kind="interpolated", amount=share) for key, share in shares.items()},
        "tenth_gains": points(at("interpolated", 0.1), shared),
        "fifth_gains": points(at("interpolated", 0.2), shared),
        "two_fifths_left": points(at("interpolated", 0.4), independent),
        "three_fifths_left": points(at("interpolated", 0.6), independent),
        **{f"{key}_noise": points(at("whole network", noise), shared) for key, noise in NOISES.items()},
        "largest_noise_left": points(at("whole network", 0.1), independent),
        **{f"{layer}_costs": points(shared, there) for layer, there in layers.items()},
        "head_over_fc1": points(layers["fc1"], layers["head"]),
        "head_over_fc2": points(layers["fc2"], layers["head"]),
        "orthogonal_over_any": points(at("whole network", 0.05), at("orthogonal", 0.05), 1),
        "along_left": points(at("along", 0.01), independent),
        "order_least": number(orders.min()),
        "order_most": number(orders.max()),
        "order_interpolated": order(record, "amount", FIRST_STEP, kind="interpolated"),
        "order_along": order(record, "amount", FIRST_STEP, kind="along"),
    }


def shared_layers(record: Record) -> dict[str, str]:
    """Accuracy of students of whom one part starts elsewhere, under two losses."""
    losses = {"kl": KL, "squared": SQUARED}
    apart = pd.concat([means(record, "random", loss=loss)[["fc1", "fc2", "class head"]] for loss in losses.values()])
    found = {"apart": span(apart)}
    for key, loss in losses.items():
        auxiliary, everything = (seeds(record, random=part, loss=loss) for part in ("auxiliary head", "everything"))
        found[f"nothing_{key}"] = accuracy(record, random="nothing", loss=loss)
        found[f"auxiliary_{key}"] = percent(auxiliary.mean())
        found[f"auxiliary_left_{key}"] = points(auxiliary, everything)
    return found | {"class_head": accuracy(record, random="class head", loss=KL)}


def permuted_students(record: Record) -> dict[str, str]:
    """Students whose hidden units stand in another order, and those whose weights were torn apart."""
    scrambled, shared = "scrambled_aux", seeds(record, share=0.0)
    moved = [seeds(record, share=share) - shared for share in sorted(set(record.rows["share"]))]
    return {
        "permuted": span(means(record, "share")),
        "flips": number(100 * float(pd.concat(moved).abs().max()), 1),
        "aligned": span(means(record, "share", "aligned displacement cosine"), lambda value: number(value, 3)),
        "raw": mean(record, DISPLACEMENT, 3, share=1.0),
        "scrambled_costs": points(shared, seeds(record, scrambled, share=0.05)),
        "scrambled": accuracy(record, scrambled, share=1.0),
    }
