"""What text says of the laws of samples: information in nats, and what filters leave."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...drawing.reading import Record
from ...drawing.summaries import NORMAL, normal_cdf
from ..words import count, number, percent, plus_minus, power

HOSTILE = ("soft judge", "hard judge", "narrow band")
FILTERS = ("everything", "format", "blacklist", "random soft", *HOSTILE)
ONE = "one string"


def information_law(record: Record) -> dict[str, str]:
    """How far the frequencies lie from the law for all sizes, by number of samples, at 1.5 nats and over all."""
    table = record.rows.pivot_table(index=["seed", "images", "target"], columns="metric", values="value").reset_index()
    off = table["positive"] / table["repetitions"] - normal_cdf(np.sqrt(2 * table["total nats"]))
    found = {}
    for images in (64, 256, 1024):
        there = off[(table["images"] == images) & (table["target"] == 1.5)]
        found[f"off_at_{images}"] = plus_minus(there, 3)
    most = table[table["target"] == table["target"].max()]
    for images in (256, 1024):
        rows = most[most["images"] == images]
        found[f"most_nats_{images}"] = number(rows["total nats"].mean(), 1)
        found[f"most_right_{images}"] = percent((rows["positive"] / rows["repetitions"]).mean(), 1)
    found["most_off_64"] = plus_minus(off[most.index[most["images"] == 64]], 3)
    found["law_nats"] = number(NORMAL.inv_cdf(0.99) ** 2 / 2, 1)
    return found | {"largest_off": number(float(off.abs().max()), 2)}


def filtering_law(record: Record) -> dict[str, str]:
    """How near filters lie to the law, whether the gap is ever negative, and how often the naive alignment is."""
    small, shown = (_nearest(record, epsilon) for epsilon in (1e-4, 1e-3))
    off, left = [], {}
    for name in FILTERS:
        rate = record.by_seed("gap", name, epsilon=small) / small
        off.append(float((rate / record.by_seed("variance", name) - 1).abs().max()))
        left[name] = float(rate.mean())
    gaps = pd.concat([record.values("gap", name)["value"] for name in FILTERS])
    naive = {name: record.by_seed("naive", name, epsilon=shown) for name in ("soft judge", "hard judge")}
    control = {name: naive[name] - record.by_seed("gap", name, epsilon=shown) for name in naive}
    return {
        "off": power(max(off)),
        "not_positive": count(gaps <= 0),
        "hostile_least": percent(min(left[name] for name in HOSTILE) / left["everything"]),
        "hostile_most": percent(max(left[name] for name in HOSTILE) / left["everything"]),
        "one_string": power(float(record.values("gap", ONE)["value"].abs().max())),
        "naive": count(pd.concat(naive.values()) < 0),
        "control": count(pd.concat(control.values()) < 0),
    }


def _nearest(record: Record, epsilon: float) -> float:
    """The ε of the record that is nearest to a given one."""
    grid = record.table("gap", "epsilon", "everything").index.to_numpy(float)
    return float(grid[np.argmin(np.abs(np.log(grid / epsilon)))])
