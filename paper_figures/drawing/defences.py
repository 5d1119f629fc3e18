"""What a record of defences says of each: transfer prevented, distillation kept, and what comes back."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .places import KEY
from .reading import Record

UNDEFENDED = ("undefended", 0.0)
MARGIN = 0.05
"""Within this the trait has not come back."""
FIRST_LOOK = 5
"""Steps on few labels after which the adaptive check is judged."""


def once(record: Record, metric: str, step: int | None = None) -> pd.DataFrame:
    """A metric of every defence: (kind, amount) down in the record's order, seeds across."""
    rows = record.values(metric, step=step)
    table = rows.pivot_table(index=KEY, columns="seed", values="value")
    return table.loc[list(dict.fromkeys(zip(rows["condition"], rows["amount"], strict=True)))]


def gained(record: Record) -> pd.DataFrame:
    """Accuracy above that of the student's own start."""
    return once(record, "test_accuracy") - once(record, "start accuracy")


def kept(record: Record) -> pd.DataFrame:
    """1 − KL(teacher ‖ student)/KL(teacher ‖ reference) on unseen noise."""
    return 1 - once(record, "divergence")


def prevented(record: Record) -> pd.Series:
    """1 less the ratio of mean accuracies gained, over the undefended student's."""
    means = gained(record).mean(axis=1)
    return 1 - means / means.loc[UNDEFENDED]


def prevented_band(record: Record, confidence: float = 0.95, resamples: int = 2000) -> pd.DataFrame:
    """The same with its percentile bootstrap interval over seeds."""
    table = gained(record)
    values = table.to_numpy()
    choice = np.random.default_rng(0).integers(values.shape[1], size=(resamples, values.shape[1]))
    means = values[:, choice].mean(axis=2)
    shares = 1 - means / means[table.index.get_loc(UNDEFENDED)]
    low, high = np.quantile(shares, [(1 - confidence) / 2, (1 + confidence) / 2], axis=1)
    return pd.DataFrame({"centre": prevented(record), "low": low, "high": high}, index=table.index)


def returned(record: Record, step: int = FIRST_LOOK) -> pd.DataFrame:
    """Accuracy after so many steps on few labels, above the own start's after the same."""
    after, control = (
        once(record, metric, step=step) for metric in ("accuracy after labels", "start accuracy after labels")
    )
    return after - control


def unbeaten(kept: pd.DataFrame, prevented: pd.Series) -> list:
    """The defences that no other equals in both means and beats in one, by what is kept."""
    points = pd.DataFrame({"kept": kept.mean(axis=1), "prevented": prevented}).sort_values("kept")
    return [
        place
        for place, point in points.iterrows()
        if not ((points >= point).all(axis=1) & (points > point).any(axis=1)).any()
    ]
