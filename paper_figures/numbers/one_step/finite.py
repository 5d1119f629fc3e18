"""What text says of the first step's size: in the limit of small ε, and at a finite one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...drawing.reading import Record
from ...drawing.summaries import loglog_slopes
from ..words import count, number, plus_minus, power

FITTED = (1e-5, 1e-3)
TERMS = ("inner product", "monotone", "remainder")


def alignment_rate(record: Record) -> dict[str, str]:
    """Where φ turns negative: how many of all seeds and losses at the largest ε."""
    phi = record.values("inner product")
    negative = {float(str(epsilon)): rows["value"] < 0 for epsilon, rows in phi.groupby("epsilon")}
    all_positive = max(epsilon for epsilon, those in negative.items() if not those.any())
    last = [epsilon for epsilon in negative if epsilon > all_positive]
    slopes, off = {}, []
    for loss in record.config["losses"]:
        phi_of, cosine = (record.table(metric, "epsilon", loss) for metric in ("inner product", "cosine"))
        predicted = record.by_seed("predicted slope", loss)
        remainder = phi_of.div(phi_of.index, axis=0) - predicted
        slopes[loss] = plus_minus(loglog_slopes(remainder / predicted, *FITTED), 4)
        off.append(float((cosine.iloc[0] - record.by_seed("predicted cosine", loss)).abs().max()))
    return {
        "positive_up_to": f"{all_positive:.2g}",
        "first_negative": f"{count(negative[last[0]])} at ε = {last[0]:.2g}",
        "most_negative": f"{count(negative[last[-1]])} at ε = {last[-1]:.3g}",
        "slopes": ", ".join(slopes[loss] for loss in record.config["losses"]),
        "cosine_off": power(max(off)),
        "smallest": f"{phi['epsilon'].min():.0e}".replace("e-0", "e-"),
    }


def finite_step(record: Record) -> dict[str, str]:
    """Where the sign is lost, and where its certificate."""
    radius, certified = (record.by_seed(metric, "network") for metric in ("radius", "certified radius"))
    turning = pd.Series(np.isfinite(radius), radius.index)
    at_the_radius = (certified[turning] / radius[turning] - 1).abs() < 1e-6
    phi, monotone, remainder = (record.table(name, "epsilon", "network") for name in TERMS)
    error = phi.mul(phi.index, axis=0).sub(monotone - remainder).abs() / (monotone.abs() + remainder.abs())
    speaks = monotone > remainder.abs()
    linearised = record.values("inner product", "linearised")["value"]
    return {
        "decades": f"{np.log10(phi.index[-1] / phi.index[0]):.0f}",
        "largest_error": power(error.max().max()),
        "over_rounding": number((error / record.table("rounding", "epsilon", "network")).max().max(), 1),
        "wrong": f"{int((speaks & (phi <= 0)).sum().sum())} of {int(speaks.sum().sum())}",
        "linearised_turns": count(linearised <= 0),
        "turning": count(turning),
        "at_the_radius": count(at_the_radius),
        "silent": count(pd.Series(np.isfinite(certified[~turning]))),
    }
