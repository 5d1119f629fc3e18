"""What text says of the experiments on the theorem's single step."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..drawing.reading import Record
from ..drawing.summaries import normal_cdf
from .words import count, number


def alignment_rate(record: Record) -> dict[str, str]:
    """Where φ turns negative: how many of all seeds and losses at the largest ε."""
    phi = record.values("inner product")
    negative = {float(str(epsilon)): rows["value"] < 0 for epsilon, rows in phi.groupby("epsilon")}
    all_positive = max(epsilon for epsilon, those in negative.items() if not those.any())
    last = [epsilon for epsilon in negative if epsilon > all_positive]
    return {
        "positive_up_to": f"{all_positive:.2g}",
        "first_negative": f"{count(negative[last[0]])} at ε = {last[0]:.2g}",
        "most_negative": f"{count(negative[last[-1]])} at ε = {last[-1]:.3g}",
        "smallest": f"{phi['epsilon'].min():.0e}".replace("e-0", "e-"),
    }


def finite_step(record: Record) -> dict[str, str]:
    """Where the sign is lost, and where its certificate."""
    radius, certified = (record.by_seed(metric, "network") for metric in ("radius", "certified radius"))
    turning = pd.Series(np.isfinite(radius), radius.index)
    at_the_radius = (certified[turning] / radius[turning] - 1).abs() < 1e-6
    return {
        "turning": count(turning),
        "at_the_radius": count(at_the_radius),
        "silent": count(pd.Series(np.isfinite(certified[~turning]))),
    }


def information_law(record: Record) -> dict[str, str]:
    """How far the frequencies lie from the law for all sizes, by number of samples, at 1.5 nats and over all."""
    table = record.rows.pivot_table(index=["seed", "images", "target"], columns="metric", values="value").reset_index()
    off = table["positive"] / table["repetitions"] - normal_cdf(np.sqrt(2 * table["total nats"]))
    found = {}
    for images in (64, 256, 1024):
        there = off[(table["images"] == images) & (table["target"] == 1.5)]
        found[f"off_at_{images}"] = f"{number(there.mean(), 3)} ± {number(_error(there), 3)}"
    return found | {"largest_off": number(float(off.abs().max()), 2)}


def _error(values: pd.Series) -> float:
    return float(values.std(ddof=1) / len(values) ** 0.5)
