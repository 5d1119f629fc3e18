"""What text says of all miniature experiments on one axis, which has no record of its own."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ..drawing.reading import Record
from ..drawing.summaries import rank_correlation
from ..drawing.transfer import points
from ..drawing.transfers import TRANSFERS
from .neighbours import neighbours
from .sizes import sizes
from .words import number, plus_minus, table

HEAD = ("experiment", "points", "audit", "same initialisation", "cross-model", "sign right: same, cross")
APART = ("lm_cross_models",)
"""Experiments none of whose models is the next seed's."""


def lm_one_axis(records: Mapping[str, Record]) -> dict[str, str]:
    """A row per experiment, with intervals over seeds; how often signs were right, and what foretells sizes."""
    tables = [(one, points(records[one.record], one)) for one in TRANSFERS]
    everything = pd.concat([found for _, found in tables])
    own = pd.concat([found for one, found in tables if not one.foreign])
    means = pd.DataFrame([found.drop(columns="seed").mean() for _, found in tables])
    within = [rank_correlation(found["audit"], found["same"]) for _, found in tables]
    return {
        "table": table(HEAD, [row(one.words, found) for one, found in tables]),
        "sign": _right(everything, "same"),
        "sign_cross": _right(everything, "cross"),
        "sign_own": _right(own, "same"),
        "always": f"{int((own['same'] > 0).sum())} of {len(own)}",
        "order": number(rank_correlation(everything["audit"], everything["same"]), 2),
        "order_cross": number(_order(everything, "cross"), 2),
        "order_means": number(rank_correlation(means["audit"], means["same"]), 2),
        "order_within": number(float(np.nanmean(within)), 2),
        **neighbours(
            [
                pd.concat([found for one, found in tables if one.record == record])
                for record in dict.fromkeys(one.record for one in TRANSFERS)
                if record not in APART
            ]
        ),
        **sizes([found.assign(record=one.record) for one, found in tables]),
    }


def row(words: str, found: pd.DataFrame) -> tuple[str, ...]:
    """The cells of one experiment."""
    kinds = [kind for kind in ("same", "cross") if kind in found]
    by_seed = {kind: found.dropna(subset=[kind]).groupby("seed")[kind].mean() for kind in kinds}
    return (
        words,
        str(len(found)),
        number(float(found["audit"].mean()), 2),
        *(plus_minus(by_seed[kind], 1, 100) if kind in kinds else "" for kind in ("same", "cross")),
        ", ".join(_right(found, kind).split()[0] for kind in kinds),
    )


def _right(found: pd.DataFrame, kind: str) -> str:
    both = found[["audit", kind]].dropna()
    return f"{int((np.sign(both['audit']) == np.sign(both[kind])).sum())} of {len(both)}"


def _order(found: pd.DataFrame, kind: str) -> float:
    both = found[["audit", kind]].dropna()
    return rank_correlation(both["audit"], both[kind])
