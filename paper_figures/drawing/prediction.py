"""What predictors say of settings that they were not fitted on: a family is left out, all others set the scale."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats
from scipy.optimize import isotonic_regression

from .reading import Record
from .summaries import rank_correlations

FAMILY = "condition"
PLACE = [FAMILY, "varied", "start"]
SAME = "the same"
TRANSFER, PRIMARY, MEAN, WHETHER, TOGETHER = (
    "transfer",
    "flow",
    "mean of the others",
    "same start or not",
    "all of them",
)
PREDICTORS = (
    PRIMARY, "linear training", "first-step cosine", "gradient cosine", "coverage", "A", "S", "r", "distance", "CKA",
)  # fmt: skip
BASELINES = (WHETHER, MEAN)
SHARE = 0.9
"""Of the settings that an interval is to hold."""

Model = Callable[[pd.DataFrame, pd.DataFrame], "np.ndarray"]
"""``model(fitted on, asked) -> predictions``, from tables of settings."""


def settings(record: Record) -> pd.DataFrame:
    """Setting (family, what is varied, start) → every metric and transfer, means over seeds."""
    table: Any = record.rows.pivot_table(index=[*PLACE, "seed"], columns="metric", values="value", sort=False)
    table[TRANSFER] = table["test_accuracy"] - table["start accuracy"]
    means = table.groupby(level=PLACE, sort=False).mean()
    means[WHETHER] = (means.index.get_level_values("start") == SAME).astype(float)
    return means


def isotonic(column: str) -> Model:
    """Transfer as a monotone function of one quantity, rising or falling as the fitted settings say."""

    def model(fitted: pd.DataFrame, asked: pd.DataFrame) -> np.ndarray:
        x, y = fitted[column].to_numpy(), fitted[TRANSFER].to_numpy()
        sign = -1.0 if stats.rankdata(x) @ (stats.rankdata(y) - (len(y) + 1) / 2) < 0 else 1.0
        places, which, counts = np.unique(sign * x, return_inverse=True, return_counts=True)
        heights = isotonic_regression(np.bincount(which, y) / counts, weights=counts).x
        return np.interp(sign * asked[column].to_numpy(), places, heights)

    return model


def constant(fitted: pd.DataFrame, asked: pd.DataFrame) -> np.ndarray:
    """The mean of the fitted settings."""
    return np.full(len(asked), fitted[TRANSFER].mean())


def ridge(columns: tuple[str, ...], weight: float = 1.0) -> Model:
    """Linear in the standardised ranks of several quantities among the fitted settings."""

    def model(fitted: pd.DataFrame, asked: pd.DataFrame) -> np.ndarray:
        def ranks(table: pd.DataFrame) -> np.ndarray:
            each = []
            for column in columns:
                known = np.sort(fitted[column].to_numpy())
                ends = (np.searchsorted(known, table[column].to_numpy(), side) for side in ("left", "right"))
                each.append(sum(ends) / (2 * len(known)) - 0.5)
            return np.stack(each, axis=1) * math.sqrt(12)

        X, y = ranks(fitted), fitted[TRANSFER].to_numpy()
        slopes = np.linalg.solve(X.T @ X + weight * np.eye(len(columns)), X.T @ (y - y.mean()))
        return y.mean() + ranks(asked) @ slopes

    return model


MODELS: Mapping[str, Model] = {
    **{name: isotonic(name) for name in (*PREDICTORS, WHETHER)},
    TOGETHER: ridge(PREDICTORS),
    MEAN: constant,
}
"""Every predictor and baseline."""


def families(table: pd.DataFrame) -> list[str]:
    """The families in the record's order."""
    return list(dict.fromkeys(table.index.get_level_values(FAMILY)))


def _parts(table: pd.DataFrame):
    """For each family (the settings of all others, its own)."""
    of = table.index.get_level_values(FAMILY)
    for family in families(table):
        yield table[of != family], table[of == family]


def held_out(table: pd.DataFrame, model: Model) -> pd.Series:
    """Every setting's predicted transfer, its family left out."""
    parts = [pd.Series(model(others, own), index=own.index) for others, own in _parts(table)]
    return pd.concat(parts).reindex(table.index)


def intervals(table: pd.DataFrame, model: Model) -> pd.DataFrame:
    """Split-conformal intervals for every setting, its family left out: columns centre, reach, inside.

    Of the other families every other setting fits; the rest calibrate, and reach is the ⌈(n + 1) · 90 %⌉-th smallest of
    their n absolute errors. Were families exchangeable, 90 % of settings would lie inside.
    """
    found = []
    for others, own in _parts(table):
        fit, rest = others.iloc[::2], others.iloc[1::2]
        errors = np.sort(np.abs(rest[TRANSFER].to_numpy() - model(fit, rest)))
        reach = errors[min(len(errors), math.ceil((len(errors) + 1) * SHARE)) - 1]
        centre = model(fit, own)
        inside = np.abs(own[TRANSFER].to_numpy() - centre) <= reach
        found.append(pd.DataFrame({"centre": centre, "reach": reach, "inside": inside}, index=own.index))
    return pd.concat(found).reindex(table.index)


def _order(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """[…] Spearman's correlation along the last axis; 0 for a predictor that says the same of all."""
    return np.nan_to_num(rank_correlations(x, y))


def judged(table: pd.DataFrame, resamples: int = 2000) -> pd.DataFrame:
    """Predictor → rank correlation of its held-out predictions with transfer, and more.

    Columns: ``rank``, ``low``, ``high`` (95 % percentile bootstrap over families, whose draws are fixed and the same
    for all), ``gain``, ``gain low``, ``gain high`` (the same of the difference from "same start or not"), ``error``
    (mean absolute), ``inside`` and ``width`` (of the 90 % intervals).
    """
    guesses = {name: held_out(table, model).to_numpy() for name, model in MODELS.items()}
    truth = table[TRANSFER].to_numpy()
    of = np.array(table.index.get_level_values(FAMILY))
    places = [np.flatnonzero(of == family) for family in families(table)]
    drawn = np.random.default_rng(0).integers(len(places), size=(resamples, len(places)))
    chosen = [np.concatenate([places[number] for number in draw]) for draw in drawn]
    every = np.stack(list(guesses.values()))
    again = dict(zip(guesses, np.stack([_order(every[:, at], truth[at]) for at in chosen], axis=1), strict=True))
    rows = {}
    for name, guess in guesses.items():
        rank, base = _order(guess, truth), _order(guesses[WHETHER], truth)
        low, high = np.quantile(again[name], [0.025, 0.975])
        below, above = np.quantile(again[name] - again[WHETHER], [0.025, 0.975])
        bands = intervals(table, MODELS[name])
        rows[name] = {
            "rank": rank, "low": low, "high": high, "gain": rank - base, "gain low": below, "gain high": above,
            "error": np.abs(guess - truth).mean(), "inside": bands["inside"].mean(), "width": 2 * bands["reach"].mean(),
        }  # fmt: skip
    return pd.DataFrame(rows).T


def within(table: pd.DataFrame) -> pd.DataFrame:
    """Rank correlation of every quantity itself with transfer inside each family: predictors down, families across."""
    of = table.index.get_level_values(FAMILY)
    return pd.DataFrame(
        {
            family: {
                name: _order(table.loc[of == family, name].to_numpy(), table.loc[of == family, TRANSFER].to_numpy())
                for name in PREDICTORS
            }
            for family in families(table)
        }
    )


def best(table: pd.DataFrame) -> str:
    """The single predictor whose held-out predictions order settings best."""
    return str(table.loc[list(PREDICTORS), "rank"].idxmax())
