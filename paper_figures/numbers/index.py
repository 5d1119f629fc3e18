"""From an experiment's name to its numbers."""

from __future__ import annotations

import importlib
from pathlib import Path

from .. import ROOMS
from ..drawing.reading import COMMITTED, read


def of(name: str, folder: Path = COMMITTED) -> dict[str, str]:
    """The numbers that text may say of one experiment, in words, by key; none where its room has no such function.

    Args:
        name: of the experiment.
        folder: of records.

    Raises:
        RecordError: if the record is missing, damaged, or lacks rows.
    """
    room = next(room for room, names in ROOMS.items() if name in names)
    function = getattr(importlib.import_module(f"paper_figures.numbers.{room}"), name, None)
    return {} if function is None else function(read(name, folder))


def everything(folder: Path = COMMITTED) -> dict[str, dict[str, str]]:
    """The numbers of all experiments."""
    return {name: of(name, folder) for names in ROOMS.values() for name in names}
