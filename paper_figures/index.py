"""From a figure's name to its module."""

from __future__ import annotations

import difflib
import importlib
from typing import Any

from . import ACROSS, ROOMS
from .drawing.reading import RecordError

NAMES = tuple(name for room in ROOMS.values() for name in room)
"""Figures that are drawn from the record of their own name."""
FIGURES = (*NAMES, *(name for room in ACROSS.values() for name in room))


def known(name: str) -> str:
    """The name, if there is such a figure.

    Raises:
        RecordError: if there is none; the nearest is suggested.
    """
    if name in FIGURES:
        return name
    nearest = difflib.get_close_matches(name.lower(), FIGURES, n=1, cutoff=0.4)
    hint = f"did you mean {nearest[0]!r}? " if nearest else ""
    raise RecordError(f"unknown figure {name!r}: {hint}known are {', '.join(FIGURES)}.")


def module(name: str) -> Any:
    """The module that draws a figure, imported now: ``COLUMNS``, ``CAPTION`` and ``draw``.

    Raises:
        RecordError: if there is none; the nearest is suggested.
    """
    known(name)
    room = next((room for room, names in ROOMS.items() if name in names), "across")
    return importlib.import_module(f"paper_figures.{room}.{name}")
