"""A record: a folder with tidy raw rows (``results.csv``) and how they were made (``run.json``).

``results.csv`` depends on configuration and code alone; whatever differs from run to run (time, device) is in
``run.json``. The checksum of the rows in ``run.json`` ties the two files together.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import _atomic
from ._rows import REQUIRED, columns_of, from_csv, plain_rows, to_csv
from .provenance import config_hash, plain_config

if TYPE_CHECKING:
    import pandas

FORMAT_VERSION = 1
RESULTS, RUN = "results.csv", "run.json"


@dataclass(frozen=True)
class Record:
    """One experiment's raw results and their provenance.

    Attributes:
        name: of the experiment, and of the record's folder.
        rows: dictionaries with at least seed, condition, metric and value, and any sweep columns; numbers in the units
            that the metric names.
        run: how they were made, as ``provenance.provenance`` returns it: ``config`` is required.

    Raises:
        ValueError: if the name is not a plain word, a row lacks a column, or ``run`` has no configuration.
    """

    name: str
    rows: Sequence[Mapping[str, Any]]
    run: Mapping[str, Any]

    def __post_init__(self) -> None:
        plain_name(self.name)
        if not isinstance(self.run.get("config"), Mapping):
            raise ValueError(
                f"the record {self.name!r} has no configuration; expected run['config'], see provenance()."
            )
        object.__setattr__(self, "rows", tuple(plain_rows(self.rows)))
        object.__setattr__(self, "run", dict(self.run))

    def frame(self) -> pandas.DataFrame:
        """The rows as a data frame, columns in the order of the file."""
        import pandas

        return pandas.DataFrame(list(self.rows), columns=list(columns_of(self.rows)))


def plain_name(name: str) -> None:
    """Raise unless ``name`` is letters, digits, ``_`` and ``-`` only, so that it names a folder and nothing else."""
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_-]*", name):
        raise ValueError(f"the record's name is {name!r}; expected letters, digits, '_' and '-' only.")


def exists(name: str, out_dir: Path | str) -> bool:
    """Whether ``out_dir`` holds a record of this name, whole or not."""
    return any((Path(out_dir) / name / file).exists() for file in (RESULTS, RUN))


def write(record: Record, out_dir: Path | str, overwrite: bool = False) -> Path:
    """Write ``record`` to ``out_dir/NAME/`` atomically, and return that folder.

    Args:
        record: what to write.
        out_dir: the folder of records, created if need be.
        overwrite: whether a record of that name may be replaced, whatever its configuration.

    Raises:
        ValueError: if there is a record of that name (the sentence says how its configuration differs), or the folder
            cannot be written.
        WriteError: (an OSError) if the disk fills; what was there before is untouched.
    """
    folder = Path(out_dir) / record.name
    if not overwrite:
        refuse_existing(record.name, out_dir, record.run["config"])
    columns = columns_of(record.rows)
    results = to_csv(record.rows, columns)
    run = {
        "format_version": FORMAT_VERSION,
        "name": record.name,
        **record.run,
        "config": plain_config(record.run["config"]),
        "config_hash": config_hash(record.run["config"]),
        "columns": columns,
        "rows": len(record.rows),
        "results_sha256": hashlib.sha256(results).hexdigest(),
    }
    content = (json.dumps(run, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()
    _atomic.writable_folder(folder)
    _atomic.write_files(folder, {RESULTS: results, RUN: content})
    return folder


def read(path: Path | str) -> Record:
    """Read the record in the folder ``path``.

    Raises:
        ValueError: if it is missing, of another format version, damaged, or its two files do not belong together.
    """
    folder = Path(path)
    content = {}
    for name in (RUN, RESULTS):
        try:
            content[name] = (folder / name).read_bytes()
        except OSError as error:
            raise ValueError(
                f"the record {str(folder)!r} has no readable {name}; expected a folder with {RESULTS} and {RUN}."
            ) from error
    run = _parsed_run(folder, content[RUN])
    results = content[RESULTS].replace(b"\r\n", b"\n")
    try:
        rows = from_csv(results, run["columns"])
        if len(rows) != run["rows"]:
            raise ValueError(f"it has {len(rows)} rows; expected {run['rows']}")
        if hashlib.sha256(results).hexdigest() != run["results_sha256"]:
            raise ValueError(f"its checksum is not the one in {RUN}")
        return Record(run["name"], rows, run)
    except ValueError as error:
        reason = str(error).rstrip(".")
        raise ValueError(f"{str(folder / RESULTS)!r} is damaged: {reason}; run the experiment again.") from error


def refuse_existing(name: str, out_dir: Path | str, config: object) -> None:
    """Raise, with what differs, if ``out_dir`` already holds a record of this name."""
    if not exists(name, out_dir):
        return
    folder = Path(out_dir) / name
    try:
        difference = config_difference(read(folder).run["config"], plain_config(config))
        state = f"a record of another configuration ({difference})" if difference else "a record of this configuration"
    except ValueError:
        state = "a record that cannot be read"
    raise ValueError(
        f"{str(folder)!r} already holds {state}; choose another folder (--out), or replace it (--overwrite)."
    )


def config_difference(there: Mapping[str, Any], here: Mapping[str, Any]) -> str:
    """The fields in which two plain configurations differ, in words; empty if they are the same."""
    absent = "absent"
    pairs = {name: (there.get(name, absent), here.get(name, absent)) for name in {**there, **here}}
    differing = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    return ", ".join(f"{name} is {_shown(old)} there, {_shown(new)} here" for name, (old, new) in differing.items())


def _shown(value: Any, longest: int = 60) -> str:
    text = repr(value)
    return text if len(text) <= longest else f"{text[:longest]}…"


def _parsed_run(folder: Path, content: bytes) -> dict[str, Any]:
    where = str(folder / RUN)
    try:
        run = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{where!r} is damaged: it is not JSON ({error}); run the experiment again.") from error
    version = run.get("format_version") if isinstance(run, dict) else None
    if version != FORMAT_VERSION:
        raise ValueError(
            f"{where!r} has the format version {_shown(version)}; this version of the package reads {FORMAT_VERSION}: "
            "use the version that wrote it, or run the experiment again."
        )
    expected = {"name": str, "config": dict, "columns": dict, "rows": int, "results_sha256": str}
    for key, kind in expected.items():
        if not isinstance(run.get(key), kind):
            raise ValueError(f"{where!r} is damaged: it has no {key!r}; run the experiment again.")
    wrong = [name for name, kind in REQUIRED.items() if run["columns"].get(name) != kind]
    if wrong:
        raise ValueError(f"{where!r} is damaged: it lacks the column {wrong[0]!r}; run the experiment again.")
    return run
