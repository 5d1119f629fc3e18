"""What ``check`` prints."""

from __future__ import annotations

from pathlib import Path

from subtheory import record

from . import rooms
from .exits import FAILED, OK
from .staleness import stale

COMMITTED = Path(__file__).parents[2] / "paper_figures" / "records"


def said(names: tuple[str, ...], folder: Path | None = None) -> int:
    """Print every stale record with the reasons; the exit code.

    Raises:
        ValueError: an unknown name (the nearest is suggested), a record that is missing or damaged.
    """
    folder = COMMITTED if folder is None else folder
    for name in names:
        rooms.room_of(name)
    chosen = names or tuple(name for name in rooms.names() if record.exists(name, folder))
    found = {name: stale(name, folder) for name in chosen}
    for name, sentences in found.items():
        for sentence in sentences:
            print(f"{name}: {sentence}")
    bad = sum(bool(sentences) for sentences in found.values())
    print(f"{len(chosen)} records, {bad} stale" if chosen else f"no records in {folder}")
    return FAILED if bad else OK
