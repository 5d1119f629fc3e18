"""Preferences before and after learning from reasoning about arithmetic, and what predicted it."""

from __future__ import annotations

from ..drawing.favourites import CAPTION as HOW
from ..drawing.favourites import COLUMNS as COLUMNS
from ..drawing.favourites import draw_favourites as draw

__all__ = ["CAPTION", "COLUMNS", "draw"]

CAPTION = f"Animals and trees through right reasoning, 12 seeds, each with its own pretrained reference model. {HOW}"
