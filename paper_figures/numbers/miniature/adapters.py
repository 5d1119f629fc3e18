"""What text says of ranks, optimisers and rates: the unit is the reference model, its traits averaged first."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ...drawing.reading import Record
from ...drawing.style import BRIEF_OPTIMISERS as OPTIMISERS
from ...drawing.summaries import rank_correlation, seed_means
from ...miniature import lm_adapters as recipes
from ..favourites import equivalent_to_nothing
from ..holm import family
from ..words import number, p_words, percent, plus_minus, positive, share, table, with_p

ACROSS = 0.015
"""Within which cross-model students of whole layers count as their control, as preregistered."""
FLAT = 0.003
"""Within which a slope per doubling of the rank counts as flat, as preregistered."""
LARGER = 0.03
"""The rate of descent that is the next larger than the one at which whole layers imitate best."""
RANKS = tuple(method for method in recipes.METHODS if method.startswith("rank"))

Ways = Mapping[tuple[str, str], pd.Series]
"""(Method, optimiser) → every seed's contrast."""


def lm_adapters(record: Record) -> dict[str, str]:
    """Points over control, by what moves and by which optimiser, at the rate that imitates best."""
    best, sound, learned = recipes.best_rates(record), recipes.sound(record), recipes.learned(record)
    change, cross = (seed_means(recipes.transfer(record, one)).T for one in ("student_same_init", "cross_model"))
    at_best = {way: change[(*way, rate)] for way, rate in best.items()}
    at_strongest = {
        way: change[max((one for one in sound.tolist() if one[:2] == way), key=lambda one: change[one].mean())]
        for way in best
    }
    crossed: Ways = {(method, optimiser): cross[method, optimiser, rate] for method, optimiser, rate in cross.columns}
    rows = [
        (method, words, f"{best[method, optimiser]:g}",
         number(float(learned[method, optimiser, best[method, optimiser]]), 2),
         plus_minus(at_best[method, optimiser], 1, 100), positive(at_best[method, optimiser]),
         plus_minus(crossed[method, optimiser], 1, 100))
        for method in recipes.METHODS
        for optimiser, words in OPTIMISERS.items()
    ]  # fmt: skip
    broken = change.columns.difference(sound)
    adapters = record.values("positive adapters", optimiser="sgd").groupby("method")["value"].mean()
    along = change[list(sound)].mean()
    return {
        "seeds": str(len(change)),
        "table": table(
            ("what moves", "optimiser", "rate", "learned", "change, points", "above zero", "cross-model"), rows
        ),
        "family": family(_second(at_best)),
        "apart": with_p(_adam_less_descent(at_best), 1, 100),
        "apart_strongest": with_p(_adam_less_descent(at_strongest), 1, 100),
        "along": ", ".join(percent(float(adapters[rank])) for rank in RANKS),
        "layers_larger": plus_minus(change["layers", "sgd", LARGER], 1, 100),
        "larger": f"{LARGER:g}",
        "broken": number(len(broken), 0),
        "recipes": number(change.shape[1], 0),
        "broken_sgd": number(int((broken.get_level_values("optimiser") == "sgd").sum()), 0),
        "margin": number(100 * ACROSS, 1),
        "flat_within": number(100 * FLAT, 1),
        **{
            f"{words}_{name}": value
            for name in OPTIMISERS
            for words, value in {
                "layers": with_p(at_best["layers", name], 1, 100),
                "layers_positive": positive(at_best["layers", name]),
                "cross": plus_minus(crossed["layers", name], 1, 100),
                "equivalent": p_words(equivalent_to_nothing(crossed["layers", name], ACROSS)),
                "doubling": with_p(_per_doubling(at_best, name), 2, 100),
                "bend": plus_minus(_bend(at_best, name), 1, 100),
                "flat": p_words(equivalent_to_nothing(_per_doubling(at_best, name), FLAT)),
                "learned": share(rank_correlation(along.xs(name, level="optimiser"),
                                                  learned.loc[sound].xs(name, level="optimiser")), 2),
            }.items()
        },
    }  # fmt: skip


def _second(found: Ways) -> dict[str, pd.Series]:
    """The second contrasts, which are one family, as preregistered."""
    return {
        "whole layers, descent": found["layers", "sgd"],
        "all parameters, Adam": found["all", "adam"],
        "all parameters, descent": found["all", "sgd"],
        "Adam less descent, mean of the seven ways": _adam_less_descent(found),
        "per doubling of the rank, Adam": _per_doubling(found, "adam"),
        "per doubling of the rank, descent": _per_doubling(found, "sgd"),
    }


def _adam_less_descent(found: Ways) -> pd.Series:
    return pd.DataFrame({one: found[one, "adam"] - found[one, "sgd"] for one in recipes.METHODS}).mean(axis=1)


def _bend(found: Ways, optimiser: str) -> pd.Series:
    """Every seed's mean of the ranks between, less the mean of the lowest and the highest: an inverted U is above."""
    lowest, *between, highest = RANKS
    ends = (found[lowest, optimiser] + found[highest, optimiser]) / 2
    return pd.DataFrame({rank: found[rank, optimiser] for rank in between}).mean(axis=1) - ends


def _per_doubling(found: Ways, optimiser: str) -> pd.Series:
    """Every seed's least-squares slope against the logarithm of the rank to base two."""
    by_rank = pd.DataFrame([found[rank, optimiser] for rank in RANKS])
    return pd.Series(np.polyfit(np.arange(len(RANKS)), by_rank.to_numpy(), 1)[0], by_rank.columns)
