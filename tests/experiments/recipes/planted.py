"""Records in which the effect is planted: two seeds of two traits, a student and its control at every place."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from paper_figures.drawing.reading import Record

TRAITS = ("cat", "maple")


def planted(name: str, places: Sequence[Mapping[str, Any]], effect: Callable[..., float]) -> Record:
    """A student's change at a place of the experiment's factors is ``effect(**place)``, whatever seed and trait."""
    rows = [
        {**place, "seed": seed, "trait": trait, "condition": condition, "value": value}
        for seed in (0, 1)
        for trait in TRAITS
        for place in places
        for condition, value in (("student_same_init", 0.2 + seed + effect(**place)), ("student_control", 0.2 + seed))
    ]
    return Record(name, pd.DataFrame(rows).assign(metric="target_rate"), {})
