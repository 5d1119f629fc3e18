"""Running an experiment: everything that can be refused is refused first, then chunk by chunk, then the record.

An experiment that offers ``run_together`` has several chunks computed at once, on as many devices as there are.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import jax

from subtheory import _atomic, record, resume
from subtheory.provenance import plain_config, provenance
from subtheory.setting import data as datasets

from . import checkpoint, processes
from .code_digest import module_digest
from .digits import of_single_precision
from .presets import CHECKPOINT, DATA_NAMES, NO_DATA, PACKAGED, seeds_of
from .registry import Describing, Experiment, Together, precision

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
        together: seeds that each device computes at once.
        complete: whether there is nothing to do, because the record is there and ``resume`` is asked for.
        origin: of ``together``. ``asked``: it was given. ``kept``: it is of what is there. ``open``: to be chosen.
    """

    name: str
    module: Experiment
    config: Any
    out_dir: Path
    resume: bool
    overwrite: bool
    together: int
    complete: bool
    origin: Literal["asked", "kept", "open"] = "asked"

    @property
    def width(self) -> int:
        """How many chunks are computed at once: one, unless the experiment offers more and there is reason to."""
        return jax.device_count() * self.together if isinstance(self.module, Together) else 1


def use_precision(module: Experiment) -> None:
    """Switch this process's JAX to the experiment's precision; only the command line, which owns it, does this."""
    jax.config.update("jax_enable_x64", precision(module) == "float64")


def plan(
    name: str,
    module: Experiment,
    config: Any,
    out_dir: Path,
    resuming: bool = False,
    overwrite: bool = False,
    together: int | None = 1,
) -> Plan:
    """Check all that can be checked before any computing; writes nothing. Process 0 alone looks at the records.

    Args:
        name: of the record.
        module: the experiment.
        config: its configuration.
        out_dir: the folder of records.
        resuming: go on with an unfinished run, and leave a finished one as it is.
        overwrite: replace what is there.
        together: seeds that each device computes at once; None if that is to be chosen (see ``automatic``), unless an
            interrupted run has settled it.

    Raises:
        ValueError: if a record or an unfinished run is in the way, both options are given, or several seeds at once or
            several processes are asked of an experiment that knows only one.
    """
    if resuming and overwrite:
        raise ValueError("got both --resume and --overwrite; expected one: go on with what is there, or replace it.")
    number = 1 if together is None else together
    origin = "open" if together is None else "asked"
    check_together(name, module, number, jax.process_count())
    complete = False
    if not overwrite and processes.leads():
        if resuming and record.exists(name, out_dir):
            there = record.read(out_dir / name)
            complete = not record.config_difference(there.run["config"], plain_config(config))
        if not complete:
            record.refuse_existing(name, out_dir, config)
            use_precision(module)
            if together is None and (kept := resume.seeds_at_once(name, out_dir)) is not None:
                number, origin = kept, "kept"
            resume.check_chunks(name, out_dir, config, resuming, number)
        elif together is None:
            origin = "kept"
    return Plan(name, module, config, out_dir, resuming, overwrite, number, complete, origin)


def check_together(name: str, module: Experiment, together: int, count: int) -> None:
    """Raise unless the experiment can be run by ``count`` processes, ``together`` seeds at once on each device."""
    if together < 1:
        raise ValueError(f"got {together} seeds at once; expected at least 1.")
    if isinstance(module, Together):
        return
    if together > 1:
        raise ValueError(f"the experiment {name!r} computes one seed at a time, got {together}; leave it out.")
    if count > 1:
        raise ValueError(
            f"the experiment {name!r} runs in one process, got {count}; start it alone, or submit each "
            "experiment as a job of its own (python -m experiments submit)."
        )


def dataset(
    config: Any, folder: Path | None, dtype: str = "float64", model: Path | None = None
) -> datasets.Dataset | Any | None:
    """The data set or language model that a configuration names, or None.

    Args:
        config: the configuration.
        folder: of MNIST's files.
        dtype: of the images or the model's parameters.
        model: the checkpoint's folder.

    Raises:
        ValueError: if its folder is missing, not asked for, or its files are wrong.
        MissingExtraError: if it is a model whose package is not installed.
    """
    if config.data == NO_DATA:
        return None
    if config.data == CHECKPOINT:
        return checkpoint.load(model, dtype)
    if config.data in PACKAGED:
        return checkpoint.load(Path(config.data), dtype)
    if folder is not None and config.data not in DATA_NAMES:
        return datasets.named_folder(config.data, folder, dtype)
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
    use_precision(plan.module)
    chunks = list(plan.module.chunks(plan.config))

    def compute(indices: Sequence[int]) -> list[Any]:
        some = [chunks[index] for index in indices]
        if plan.width > 1 and isinstance(plan.module, Together):
            return plan.module.run_together(plan.config, some, data, plan.together)
        return [plan.module.run_chunk(plan.config, chunk, data) for chunk in some]

    if not processes.leads():
        processes.follow(compute, plan.width)
        return plan.out_dir / plan.name
    with processes.leading(plan.width) as tell:

        def compute_everywhere(indices: Sequence[int]) -> list[Any]:
            tell(indices)
            return compute(indices)

        return _lead(plan, len(chunks), compute_everywhere, progress, data)


def _lead(plan: Plan, count: int, compute: Callable[[Sequence[int]], list[Any]], progress: Progress, data: Any) -> Path:
    """What process 0 does: say which chunks come next, keep their rows, and write the record."""
    folder = plan.out_dir / plan.name
    if plan.complete:
        resume.Chunks(folder / resume.PARTIAL).discard()
        return folder
    with _alone():
        kept = resume.open_chunks(plan.name, plan.out_dir, plan.config, plan.resume, plan.overwrite, plan.together)
    finished = {index: chunk for index in range(count) if (chunk := kept.finished(index)) is not None}
    missing = [index for index in range(count) if index not in finished]
    progress(len(finished), count)
    for batch in (missing[at : at + plan.width] for at in range(0, len(missing), plan.width)):
        start = time.perf_counter()
        computed = compute(batch)
        seconds = (time.perf_counter() - start) / len(batch)
        for index, rows in zip(batch, computed, strict=True):
            finished[index] = kept.save(index, rows, seconds)
            progress(len(finished), count)
    in_order = [finished[index] for index in range(count)]
    run = provenance(plan.config, seeds_of(plan.config), sum(chunk.seconds for chunk in in_order))
    run["code"] = module_digest(plan.module)
    if isinstance(plan.module, Describing):
        run |= plan.module.about(plan.config)
    run["execution"] = {"processes": jax.process_count(), "seeds_at_once_per_device": plan.together}
    if isinstance(data, datasets.Dataset):
        sizes = {"training images": len(data.train_images), "test images": len(data.test_images)}
        run["data"] = {"name": data.name, "classes": data.classes, **sizes}
    rows = [row for chunk in in_order for row in chunk.rows]
    if precision(plan.module) == "float32":
        rows = of_single_precision(rows)
    made = record.Record(plan.name, rows, run)
    with _alone():
        written = record.write(made, plan.out_dir, plan.overwrite)
    kept.discard()
    return written


@contextmanager
def _alone() -> Iterator[None]:
    """What was not in the way when this run was planned is another process's doing: a sentence as of a failed write."""
    try:
        yield
    except ValueError as error:
        raise _atomic.WriteError(f"another process has begun the same run meanwhile: {error}") from error


def writable(out_dir: Path) -> None:
    """Create the folder of records and prove that it can be written; ValueError otherwise."""
    _atomic.writable_folder(out_dir)
