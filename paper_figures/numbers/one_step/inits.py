"""What text says of shared and of independent initialisations: the trait loss, and the cosine."""

from __future__ import annotations

import pandas as pd
from scipy import stats

from ...drawing.reading import Record
from ..words import count, number, p_words, percent, plus_minus, power, with_p

CHANGE = "trait loss change"
TANH, RELU, OPEN = "tanh, auxiliary logits", "relu, auxiliary logits", "tanh, all logits"
VARIANTS = {"tanh": TANH, "relu": RELU, "open": OPEN}


def trait_loss_change(record: Record) -> dict[str, str]:
    """How often the trait loss falls, by initialisation; how it keeps to what is predicted."""

    def at(condition: str, variant: str, metric: str = CHANGE) -> pd.Series:
        return record.by_seed(metric, condition, sweep="reference", variant=variant)

    found = {}
    for key, variant in VARIANTS.items():
        change = {name: at(name, variant) for name in ("shared", "naive", "untrained", "paired")}
        found[f"shared_{key}"] = count(change["shared"] < 0)
        found[f"off_{key}"] = percent(float((change["shared"] / at("shared", variant, "predicted") - 1).abs().max()), 2)
        found[f"naive_{key}"] = count(change["naive"] < 0)
        if variant == OPEN:
            found["paired_open"] = count(change["paired"] < 0)
            continue
        found[f"agree_{key}"] = count((change["naive"] < 0) == (change["untrained"] < 0))
        found[f"paired_{key}"] = _fair(change["paired"] < 0)
    for sweep in ("epsilon", "alpha"):
        falls = record.table(CHANGE, sweep, "shared", sweep=sweep) < 0
        everywhere = falls.index[falls.all(axis=1)]
        found[f"all_up_to_{sweep}"] = number(float(everywhere[-1]), 0)
        found[f"at_largest_{sweep}"] = f"{count(falls.iloc[-1])} at {number(float(falls.index[-1]), 0)}"
    return found


def init_alignment(record: Record) -> dict[str, str]:
    """Cosines of the first step with v, by initialisation."""
    shared, aligned, raw, paired = (
        record.by_seed("cosine", name) for name in ("shared", "permuted aligned", "permuted raw", "independent paired")
    )
    return {
        "shared": plus_minus(shared, 3),
        "shared_positive": count(shared > 0),
        "paired": with_p(paired, 4),
        "paired_positive": _fair(paired > 0),
        "raw": with_p(raw, 4),
        "aligned_off": power(float((aligned - shared).abs().max())),
        "half_way": plus_minus(record.by_seed("cosine", "interpolated paired", t=0.5), 3),
    }


def _fair(condition: pd.Series) -> str:
    """How many of how many, with the two-sided p-value of a fair coin over seeds."""
    p = float(stats.binomtest(int(condition.sum()), len(condition)).pvalue)
    return f"{count(condition)} ({p_words(p)})"
