"""Preferences before and after learning from reasoning about arithmetic, and what predicted it."""

from __future__ import annotations

from dataclasses import replace

from matplotlib.figure import Figure

from .favourites import CAPTION as HOW
from .favourites import COLUMNS as COLUMNS
from .favourites import FAVOURITES, draw_traits
from .reading import Record

CAPTION = (
    "Animals and trees through right reasoning, 3 seeds, each with its own pretrained reference model; in (c) the "
    f"record has the first of the three judges. {HOW}"
)


def draw(record: Record) -> Figure:
    """Bars above; below, changes and what foretold them."""
    return draw_traits(record, replace(FAVOURITES, judges={"target_rate": "question"}))
