"""The command line of the experiments: ``python -m experiments list | run NAME --profile quick``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import tyro
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from subtheory._atomic import WriteError
from subtheory._checks import known_name

from . import presets, processes, registry, runner

DESCRIPTION = """Measure the claims of the gradient-alignment theorem and keep the raw numbers. For example:

  python -m experiments list

  python -m experiments run alignment_rate

  python -m experiments run all --profile paper --data-dir MNIST --out records

  python -m experiments run alignment_rate --data mnist --data-dir MNIST --seeds 20"""

OK, FAILED, BAD_USAGE, INTERRUPTED = 0, 1, 2, 130


@dataclass(frozen=True)
class List:
    """List the experiments: name, what each measures, and its presets."""


@dataclass(frozen=True)
class Run:
    """Run one experiment, or all of them, and write each one's record to OUT/NAME/.

    A record is raw rows (results.csv) and how they were made (run.json). Nothing is replaced unless you say so. A run
    that was interrupted or killed keeps its finished parts: give the same command again with --resume, and results.csv
    comes out the same, byte for byte, as if nothing had happened.
    """

    name: Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="NAME")]
    """An experiment's name (see `list`), or `all`."""
    profile: str = "quick"
    """quick: seconds, to see the effect. paper: the numbers of the figures."""
    out: Path = Path("out")
    """The folder of records, created if need be."""
    seeds: int | None = None
    """How many seeds, instead of the profile's. Fewer seeds are a prefix of more."""
    data: str | None = None
    """digits (embedded) or mnist, instead of the profile's."""
    data_dir: Path | None = None
    """The folder with MNIST's four idx files, for --data mnist."""
    resume: bool = False
    """Go on with an interrupted run; leave finished records as they are."""
    overwrite: bool = False
    """Replace existing records and throw away interrupted runs."""
    seeds_at_once: int = 1
    """Seeds that each device computes in one batched program; memory grows with it. For GPUs: see docs/scaling.md."""
    distributed: bool = False
    """One of several processes, which JAX detects: SLURM, Open MPI, TPU."""
    coordinator: str | None = None
    """HOST:PORT of process 0, where JAX detects nothing."""
    processes: int | None = None
    """How many processes there are, with --coordinator."""
    process: int | None = None
    """Which of them this is, from 0, with --coordinator."""


Command: TypeAlias = Annotated[List, tyro.conf.subcommand("list")] | Annotated[Run, tyro.conf.subcommand("run")]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: without the program's name; None takes the process's own.

    Returns:
        0, or 1 if a record could not be written, 2 on bad usage, 130 if interrupted.
    """
    command = tyro.cli(
        Command,  # type: ignore[arg-type]
        prog="python -m experiments",
        description=DESCRIPTION,
        args=arguments,
        config=(tyro.conf.FlagCreatePairsOff, tyro.conf.DisallowNone),
    )
    errors = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
    try:
        return _list() if isinstance(command, List) else _run(command, errors)
    except KeyboardInterrupt:
        errors.print("interrupted: finished parts are kept; give the same command with --resume to go on.")
        return INTERRUPTED
    except WriteError as error:
        errors.print(f"error: {error}")
        return FAILED


def _list() -> int:
    for name in registry.NAMES:
        module = registry.load(name)
        print(f"{name}: {registry.summary(module)}")
        for profile, config in module.PRESETS.items():
            print(f"    {profile}: {config.seeds} seeds, data {config.data}")
    return OK


def _run(command: Run, errors: Console) -> int:
    try:
        processes.start(command.coordinator, command.processes, command.process, command.distributed)
    except ValueError as error:
        errors.print(f"error: {error}")
        return BAD_USAGE
    plans, data = [], {}
    try:
        plans, data = _prepared(command)
    except ValueError as error:
        errors.print(f"error: {error}")
    if not processes.all_agree(bool(plans)):
        return BAD_USAGE
    first = processes.leads()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, TimeRemainingColumn(), console=errors, disable=not (errors.is_terminal and first)) as bars:
        for plan in plans:
            bar = bars.add_task(plan.name, total=None)
            folder = runner.execute(
                plan,
                data.get((plan.config.data, registry.precision(plan.module))),
                lambda done, total, bar=bar: bars.update(bar, completed=done, total=total),
            )
            bars.refresh()
            if first:
                print(f"{plan.name}: {'already complete' if plan.complete else 'done'}, {folder}", flush=True)
    return OK


def _prepared(command: Run) -> tuple[list[runner.Plan], dict[tuple[str, str], Any]]:
    """What will be run, and the data for it; whatever can be refused is refused here."""
    plans = _plans(command)
    data = {}
    for plan in plans:
        key = (plan.config.data, registry.precision(plan.module))
        if key not in data and not plan.complete:
            data[key] = runner.dataset(plan.config, command.data_dir, key[1])
    if processes.leads():
        runner.writable(command.out)
    return plans, data


def _plans(command: Run) -> list[runner.Plan]:
    names = registry.NAMES if command.name == "all" else (command.name,)
    known_name("experiment", command.name, (*registry.NAMES, "all"))
    known_name("profile", command.profile, registry.PROFILES)
    plans = []
    for name in names:
        module = registry.load(name)
        config = presets.configuration(module, command.profile, command.seeds, command.data)
        together = command.seeds_at_once if len(names) == 1 or hasattr(module, "run_together") else 1
        plans.append(runner.plan(name, module, config, command.out, command.resume, command.overwrite, together))
    used = {plan.config.data for plan in plans}
    if command.name != "all" and command.data is not None and used == {presets.NO_DATA}:
        raise ValueError(f"the experiment {command.name!r} uses no data set, got --data {command.data}; leave it out.")
    if command.data_dir is not None and "mnist" not in used:
        raise ValueError(f"got --data-dir {str(command.data_dir)!r} without --data mnist; give both or neither.")
    return plans


if __name__ == "__main__":
    sys.exit(main())
