"""Running an experiment: everything that can be refused is refused first, then chunk by chunk, then the record."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax

from subtheory import _atomic, record, resume
from subtheory.provenance import plain_config, provenance
from subtheory.setting import data as datasets

from .presets import NO_DATA
from .registry import Experiment, precision

Progress = Callable[[int, int], None]
"""Called with the number of chunks finished and the number in all."""


@dataclass(frozen=True)
class Plan:
    """One experiment that may be run as it stands.

    Attributes:
        name: of the experiment and of its record.
        module: the experiment.
        config: its configuration.
        out_dir: the folder of records.
        resume: whether to go on with an unfinished run of this configuration.
        overwrite: whether to replace a record, and to throw away an unfinished run.
        complete: whether there is nothing to do, because the record is there and ``resume`` is asked for.
    """

    name: str
    module: Experiment
    config: Any
    out_dir: Path
    resume: bool
    overwrite: bool
    complete: bool


def use_precision(module: Experiment) -> None:
    """Switch this process's JAX to the experiment's precision; only the command line, which owns it, does this."""
    jax.config.update("jax_enable_x64", precision(module) == "float64")


def plan(
    name: str, module: Experiment, config: Any, out_dir: Path, resuming: bool = False, overwrite: bool = False
) -> Plan:
    """Check all that can be checked before any computing; writes nothing.

    Args:
        name: of the record.
        module: the experiment.
        config: its configuration.
        out_dir: the folder of records.
        resuming: go on with an unfinished run, and leave a finished one as it is.
        overwrite: replace what is there.

    Raises:
        ValueError: if a record or an unfinished run is in the way, or both options are given.
    """
    if resuming and overwrite:
        raise ValueError("got both --resume and --overwrite; expected one: go on with what is there, or replace it.")
    complete = False
    if not overwrite:
        if resuming and record.exists(name, out_dir):
            there = record.read(out_dir / name)
            complete = not record.config_difference(there.run["config"], plain_config(config))
        if not complete:
            record.refuse_existing(name, out_dir, config)
            use_precision(module)
            resume.check_chunks(name, out_dir, config, resuming)
    return Plan(name, module, config, out_dir, resuming, overwrite, complete)


def dataset(config: Any, folder: Path | None, dtype: str = "float64") -> datasets.Dataset | None:
    """The data set that a configuration names, or None.

    Raises:
        ValueError: if its folder is missing, not asked for, or its files are wrong.
    """
    if config.data == NO_DATA:
        return None
    return datasets.load(config.data, folder if config.data != "digits" else None, dtype)


def execute(plan: Plan, data: datasets.Dataset | None, progress: Progress = lambda done, total: None) -> Path:
    """Run what is not finished, write the record, and return its folder.

    Args:
        plan: what ``plan`` made.
        data: the data set of the configuration, or None.
        progress: called after every chunk.

    Raises:
        WriteError: (an OSError) if the disk fills; finished chunks and any older record are kept.
    """
    folder = plan.out_dir / plan.name
    leftover = resume.Chunks(folder / resume.PARTIAL)
    if plan.complete:
        leftover.discard()
        return folder
    use_precision(plan.module)
    kept = resume.open_chunks(plan.name, plan.out_dir, plan.config, plan.resume, restart=plan.overwrite)
    chunks = list(plan.module.chunks(plan.config))
    rows: list[Any] = []
    seconds = 0.0
    progress(0, len(chunks))
    for index, chunk in enumerate(chunks):
        finished = kept.finished(index)
        if finished is None:
            start = time.perf_counter()
            computed = plan.module.run_chunk(plan.config, chunk, data)
            finished = kept.save(index, computed, time.perf_counter() - start)
        rows.extend(finished.rows)
        seconds += finished.seconds
        progress(index + 1, len(chunks))
    run = provenance(plan.config, range(plan.config.seeds), seconds)
    written = record.write(record.Record(plan.name, rows, run), plan.out_dir, plan.overwrite)
    kept.discard()
    return written


def writable(out_dir: Path) -> None:
    """Create the folder of records and prove that it can be written; ValueError otherwise."""
    _atomic.writable_folder(out_dir)
