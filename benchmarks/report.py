"""A benchmark's lines: what was asked, what was measured, as a table and as a file."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from subtheory._atomic import writable_folder, write_file
from subtheory.provenance import provenance


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        what: what was compared, or run.
        asked: the bound, in words; empty where the number is only reported.
        measured: what came out, in words.
        met: whether the bound was kept; None where there is none, or nothing was measured.
        numbers: what ``measured`` was written from.
    """

    what: str
    asked: str
    measured: str
    met: bool | None
    numbers: dict[str, float]


def show(rows: Sequence[Row], title: str) -> None:
    """Print the table."""
    table = Table("what", "asked", "measured", "verdict", title=title)
    for row in rows:
        verdict = {True: "met", False: "missed", None: ""}[row.met]
        table.add_row(row.what, row.asked, row.measured, verdict)
    Console(width=None if sys.stdout.isatty() else 160).print(table)


def check_file(path: Path | None) -> None:
    """Raise ValueError unless a file can be written there."""
    if path is None:
        return
    if path.is_dir():
        raise ValueError(f"{str(path)!r} is a folder; expected a file for --json.")
    writable_folder(path.parent)


def write(path: Path, rows: Sequence[Row], config: Mapping[str, Any], seeds: Sequence[int], seconds: float) -> None:
    """Write every row and the provenance; WriteError if the disk is full."""
    record = {"rows": [asdict(row) for row in rows], "provenance": provenance(config, seeds, seconds)}
    write_file(path, json.dumps(record, indent=1, ensure_ascii=False).encode())
