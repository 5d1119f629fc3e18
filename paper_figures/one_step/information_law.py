"""Figure of T9: the probability that the sign is right, on the law Φ(√(2·nats))."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ..drawing.reading import Record
from ..drawing.style import BLACK, LOOKS, house_style, panels, title, whiskers
from ..drawing.summaries import normal_cdf, wilson

COLUMNS = ("images", "epsilon", "target")

CAPTION = (
    "Sampled labels (T9) on digits: one label for each of N images, drawn from the teacher's softmax over three "
    "auxiliary logits; six shared initialisations (tanh network 64-32-32-13), 2 000 data sets per point. (a) "
    "Share of data sets whose maximum-likelihood step points towards the trait, against the exact information of "
    "the N labels in nats, N·KL(teacher ‖ reference), with 95 % Wilson intervals; the line is Φ(√(2·nats)), with "
    "no fitted parameter. (b) The share minus the law: small open markers are initialisations, large filled ones "
    "pool them (12 000 data sets, 95 % Wilson intervals); the three N are set apart sideways. The law is "
    "asymptotic in ε: the pooled deviation is at most 0.007 for N = 256 and N = 1 024; at N = 64, where a few "
    "nats need a large step, it reaches 0.018."
)


def draw(record: Record) -> Figure:
    """The law, and the deviations from it."""
    points = _points(record)
    with house_style():
        figure, (law, deviation) = panels(1, 2, 3.3)
        grid = np.geomspace(points["nats"].min() / 1.5, points["nats"].max() * 1.5, 200)
        law.plot(grid, normal_cdf(np.sqrt(2 * grid)), color=BLACK, label="Φ(√(2·nats))", zorder=1)
        counts = sorted(points["images"].unique())
        for place, (count, look) in enumerate(zip(counts, LOOKS, strict=False)):
            one = points.loc[points["images"] == count]
            options = {"markerfacecolor": "none", "markersize": 3.5, "alpha": 0.85}
            whiskers(law, one["nats"], one, look, f"N = {count}", **options)
            pooled, aside = _pooled(one), 1.12 ** (place - (len(counts) - 1) / 2)
            small = {"color": look["color"], "markersize": 2.5, "markerfacecolor": "none", "alpha": 0.6}
            deviation.plot(one["nats"] * aside, one["share"] - one["law"], look["marker"], **small)
            shift = pd.DataFrame({part: pooled[part] - pooled["law"] for part in ("share", "low", "high")})
            whiskers(deviation, pooled["nats"] * aside, shift, look, f"N = {count}, pooled", markersize=5)
        deviation.axhline(0, color=BLACK, zorder=1)
        for axes in (law, deviation):
            axes.set_xscale("log")
            axes.set_xlabel("information of the data set, nats")
        law.set_ylabel("P(Δθ$_S$·v > 0)")
        law.legend(loc="lower right")
        title(law, "a", "how often the sign is right")
        deviation.set_ylabel("measured minus law")
        deviation.legend(loc="lower left", handlelength=1.2)
        title(deviation, "b", "deviation from the law")
    return figure


def _points(record: Record) -> pd.DataFrame:
    """One row per initialisation, N and ε: nats, positive, repetitions, share with its interval, law."""
    keys = ["seed", "images", "target"]
    columns = {"positive": "positive", "repetitions": "repetitions", "total nats": "nats"}
    points = pd.DataFrame(
        {name: record.values(metric).set_index(keys)["value"] for metric, name in columns.items()}
    ).reset_index()
    points["law"] = normal_cdf(np.sqrt(2 * points["nats"]))
    return _with_interval(points)


def _pooled(points: pd.DataFrame) -> pd.DataFrame:
    """All initialisations of one target together, beside the mean of their laws."""
    rows = []
    for _, group in points.groupby("target"):
        counts = {name: group[name].sum() for name in ("positive", "repetitions")}
        rows.append({**counts, **{name: group[name].mean() for name in ("nats", "law")}})
    return _with_interval(pd.DataFrame(rows))


def _with_interval(points: pd.DataFrame) -> pd.DataFrame:
    intervals = [wilson(int(k), int(n)) for k, n in zip(points["positive"], points["repetitions"], strict=True)]
    return points.join(pd.DataFrame(intervals, columns=["share", "low", "high"], index=points.index))
