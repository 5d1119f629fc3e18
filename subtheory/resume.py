"""Finished chunks of an unfinished run, kept so that a killed run goes on where it stopped.

A chunk (usually one seed) is the unit of work whose rows depend on the configuration and on nothing that ran before, so
that a run put together from several sessions writes the same bytes as an uninterrupted one. Chunks live in
``NAME/.partial/``, each written atomically beside the configuration that it belongs to.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import _atomic
from ._rows import Row, plain_rows
from .provenance import default_dtype, plain_config, versions
from .record import FORMAT_VERSION, config_difference

PARTIAL, HEADER = ".partial", "config.json"


@dataclass(frozen=True)
class Finished:
    """One finished chunk: its rows, and how long it took in seconds."""

    rows: tuple[Row, ...]
    seconds: float


@dataclass(frozen=True)
class Chunks:
    """The finished chunks of one unfinished run; ``open_chunks`` makes it.

    Attributes:
        folder: where they are kept.
    """

    folder: Path

    def finished(self, index: int) -> Finished | None:
        """The chunk of that index, or None if it is not finished (or its file is damaged: then it is run again)."""
        try:
            stored = json.loads(self._path(index).read_bytes())
            return Finished(tuple(plain_rows(stored["rows"])), float(stored["seconds"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def save(self, index: int, rows: tuple[Row, ...] | list[Row], seconds: float) -> Finished:
        """Keep a chunk's rows, and return them as a later session would read them.

        Raises:
            ValueError: if a row lacks a column or holds something other than numbers and words.
            WriteError: (an OSError) if the disk is full or the folder gone.
        """
        chunk = Finished(tuple(plain_rows(rows)), seconds)
        _atomic.write_file(self._path(index), json.dumps({"seconds": seconds, "rows": chunk.rows}).encode())
        return chunk

    def discard(self) -> None:
        """Remove the folder, once the record is written."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _path(self, index: int) -> Path:
        return self.folder / f"chunk-{index:06d}.json"


def open_chunks(
    name: str, out_dir: Path | str, config: object, resume: bool = False, restart: bool = False, together: int = 1
) -> Chunks:
    """The chunks of the run ``name`` in ``out_dir``, new or left over from a run that did not finish.

    Args:
        name: of the experiment.
        out_dir: the folder of records.
        config: the run's configuration, a dataclass instance or mapping.
        resume: whether to go on with what is left over from the same configuration.
        restart: whether to throw away what is left over from any configuration.
        together: how many seeds are computed in one batched product, which decides how they are rounded.

    Raises:
        ValueError: if something is left over and neither is asked for, or ``resume`` meets another configuration,
            package version, precision or number of seeds at once.
    """
    folder = Path(out_dir) / name / PARTIAL
    if restart:
        shutil.rmtree(folder, ignore_errors=True)
    if check_chunks(name, out_dir, config, resume, together):
        return Chunks(folder)
    _atomic.writable_folder(folder)
    _atomic.write_file(folder / HEADER, json.dumps(_header(config, together), indent=2).encode())
    return Chunks(folder)


def check_chunks(name: str, out_dir: Path | str, config: object, resume: bool = False, together: int = 1) -> bool:
    """Whether a run of this configuration is left over and to be gone on with; raises as ``open_chunks`` does."""
    folder = Path(out_dir) / name / PARTIAL
    if not any(folder.glob("chunk-*.json")) and not (folder / HEADER).exists():
        return False
    difference = _difference(folder, _header(config, together))
    if difference:
        raise ValueError(
            f"{str(folder)!r} holds an unfinished run of another configuration ({difference}); discard it "
            "(--overwrite), or choose another folder (--out)."
        )
    if not resume:
        raise ValueError(
            f"{str(folder)!r} holds an unfinished run of this configuration; go on with it (--resume), or discard it "
            "(--overwrite)."
        )
    return True


def seeds_at_once(name: str, out_dir: Path | str) -> int | None:
    """How many seeds at once the run that is left over was begun with; None if none is, or it does not tell."""
    try:
        number = json.loads((Path(out_dir) / name / PARTIAL / HEADER).read_bytes())["seeds at once"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return number if type(number) is int and number >= 1 else None


def _header(config: object, together: int) -> dict[str, Any]:
    """What must agree for chunks of two sessions to belong together."""
    return {
        "format_version": FORMAT_VERSION,
        "dtype": default_dtype(),
        "seeds at once": together,
        "versions": {name: versions()[name] for name in ("subtheory", "jax")},
        "config": plain_config(config),
    }


def _difference(folder: Path, here: Mapping[str, Any]) -> str:
    try:
        there = json.loads((folder / HEADER).read_bytes())
        fields = config_difference(there["config"], here["config"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return f"its {HEADER} cannot be read"
    return fields or config_difference(there, here)
