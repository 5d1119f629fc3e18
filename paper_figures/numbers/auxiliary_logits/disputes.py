"""What text says of the sweeps that were made for a dispute: heads or hidden layers, and preconditioners."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pandas as pd

from ...auxiliary_logits.shared_heads import ELSEWHERE, EPOCHS
from ...auxiliary_logits.shared_layers import NAMES
from ...auxiliary_logits.wide_heads import ELSEWHERE as WITH_MORE_LOGITS
from ...drawing.reading import Record
from ..words import number, percent, plus_minus, share, table, with_p
from .sweeps import ACCURACY, CONTROL, DISPLACEMENT, DISTANCE, FIRST_STEP, STUDENT, accuracy, mean, order, seeds

FULL, QUARTER = 1.0, 0.25


def preconditioners(record: Record) -> dict[str, str]:
    """By the power of |g|, at two rates: what passes, and where and how far students go."""
    powers = sorted(set(record.rows["power"]))

    def gain(power: float, rate: float) -> pd.Series:
        where: dict[str, Any] = {"power": power, "rate": rate}
        return seeds(record, STUDENT, **where) - seeds(record, CONTROL, **where)

    rows = [
        (
            str(Fraction(power)),
            *(
                cell
                for rate in (FULL, QUARTER)
                for cell in (
                    accuracy(record, power=power, rate=rate), with_p(gain(power, rate), 1, 100),
                    mean(record, DISPLACEMENT, 2, power=power, rate=rate),
                    mean(record, DISTANCE, 2, power=power, rate=rate),
                )
            ),
        )
        for power in powers
    ]  # fmt: skip
    head = [
        f"{what}, {rate}"
        for rate in ("full", "quarter")
        for what in ("student", "over its control", "cosine", "length")
    ]
    least, most = powers[0], powers[-1]
    best = max(powers, key=lambda power: gain(power, QUARTER).mean())
    return {
        "table": table(("s", *head), rows),
        "descent_gain": with_p(gain(least, FULL), 1, 100),
        "descent_gain_quarter": with_p(gain(least, QUARTER), 1, 100),
        "sign_gain_quarter": with_p(gain(most, QUARTER), 1, 100),
        "sign_over_descent": with_p(gain(most, QUARTER) - gain(least, QUARTER), 1, 100),
        "best": str(Fraction(best)),
        "best_over_descent": with_p(gain(best, QUARTER) - gain(least, QUARTER), 1, 100),
        "best_over_sign": with_p(gain(best, QUARTER) - gain(most, QUARTER), 1, 100),
        "descent_cosine": mean(record, DISPLACEMENT, 2, power=least, rate=FULL),
    }


def shared_heads(record: Record) -> dict[str, str]:
    """By what starts elsewhere and how long students train."""
    short, long = EPOCHS

    def by(elsewhere: str, epochs: int = long) -> pd.Series:
        return seeds(record, random=elsewhere, epochs=epochs)

    everything = by("everything")
    rows = [
        (
            NAMES[one], percent(by(one, short).mean()), percent(by(one).mean()),
            "" if one == "everything" else with_p(by(one) - everything, 1, 100),
            mean(record, DISPLACEMENT, 2, random=one, epochs=long),
        )
        for one in ELSEWHERE
    ]  # fmt: skip
    head = (
        "what starts elsewhere", f"{short} epochs", f"{long} epochs", "less everything elsewhere, points",
        "cosine of displacements",
    )  # fmt: skip
    return {
        "table": table(head, rows),
        "short": number(short, 0),
        "long": number(long, 0),
        "hidden_over_heads": with_p(by("both hidden layers") - by("both heads"), 1, 100),
        "hidden_left": with_p(by("both hidden layers") - everything, 1, 100),
        "heads_left": with_p(by("both heads") - everything, 1, 100),
        "auxiliary_left": with_p(by("auxiliary head") - everything, 1, 100),
        "class_left": with_p(by("class head") - everything, 1, 100),
        "nothing": percent(by("nothing").mean()),
        "nothing_gains": plus_minus(by("nothing") - by("nothing", short), 1, 100),
    }


def wide_heads(record: Record) -> dict[str, str]:
    """By what starts elsewhere and how many auxiliary logits there are."""
    counts = sorted(set(record.rows["auxiliary"]))
    least, most = counts[0], counts[-1]

    def by(elsewhere: str, auxiliary: int, metric: str = ACCURACY) -> pd.Series:
        return seeds(record, STUDENT, metric, random=elsewhere, auxiliary=auxiliary)

    def left(elsewhere: str, auxiliary: int) -> str:
        return with_p(by(elsewhere, auxiliary) - by("everything", auxiliary), 1, 100)

    hidden, heads = "both hidden layers", "both heads"
    rows = [
        (number(m, 0), *(percent(by(one, m).mean()) for one in WITH_MORE_LOGITS), left(hidden, m), left(heads, m),
         share(by(hidden, m, DISPLACEMENT).mean(), 2))
        for m in counts
    ]  # fmt: skip
    head = (
        "auxiliary logits", *(f"elsewhere: {NAMES[one]}" for one in WITH_MORE_LOGITS),
        "both hidden less everything, points", "both heads less everything",
        "cosine of displacements, both hidden elsewhere",
    )  # fmt: skip
    return {
        "table": table(head, rows),
        "most": number(most, 0),
        "hidden": percent(by(hidden, most).mean()),
        "hidden_least": percent(by(hidden, least).mean()),
        "hidden_left": left(hidden, most),
        "hidden_left_least": left(hidden, least),
        "hidden_lacks": with_p(by("nothing", most) - by(hidden, most), 1, 100),
        "heads_left": left(heads, most),
        "teacher": percent(seeds(record, "teacher", random="nothing", auxiliary=most).mean()),
        "cosine": share(by(hidden, most, DISPLACEMENT).mean(), 2),
        "cosine_nothing": share(by("nothing", most, DISPLACEMENT).mean(), 2),
        "first_step": number(by(hidden, most, FIRST_STEP).mean(), 3),
        "order": order(record, "auxiliary", FIRST_STEP, random=hidden),
    }
