"""The command line of the experiments: ``python -m experiments list | run NAME | submit NAME``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import tyro
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from subtheory._atomic import WriteError
from subtheory._checks import known_name

from . import checkpoint, presets, processes, registry, runner, submission
from .options import Command, List, Run, Submit, What

DESCRIPTION = """Measure the claims of the gradient-alignment theorem and keep the raw numbers. For example:

  python -m experiments list

  python -m experiments run alignment_rate

  python -m experiments run all --profile paper --data-dir MNIST --out records

  python -m experiments run alignment_rate --data mnist --data-dir MNIST --seeds 20

  python -m experiments submit all --profile paper --data-dir MNIST --out records"""

OK, FAILED, BAD_USAGE, INTERRUPTED = 0, 1, 2, 130


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
        if isinstance(command, List):
            return _list()
        return _submit(command, errors) if isinstance(command, Submit) else _run(command, errors)
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
        plans, data = _prepared(command, command.resume, command.overwrite)
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


def _submit(command: Submit, errors: Console) -> int:
    try:
        plans = _prepared(command, resuming=True)[0]
        for plan in plans:
            runner.check_together(plan.name, plan.module, plan.together, submission.processes_of(command))
        jobs = submission.executor(command)
    except ValueError as error:
        errors.print(f"error: {error}")
        return BAD_USAGE
    started = {plan.name: jobs.submit(submission.Job(), submission.arguments(command, plan.name)) for plan in plans}
    for name, job in started.items():
        print(f"{name}: job {job.job_id}, {job.paths.stdout}", flush=True)
    failed = False
    for name, job in started.items() if command.wait else ():
        error = job.exception()
        failed |= error is not None
        if error is not None:
            errors.print(f"error: {name} failed; the reason is in {job.paths.stderr}.")
        else:
            print(f"{name}: done, {command.out / name}", flush=True)
    return FAILED if failed else OK


def _prepared(
    command: What, resuming: bool, overwrite: bool = False
) -> tuple[list[runner.Plan], dict[tuple[str, str], Any]]:
    """What will be run, and the data for it; whatever can be refused is refused here."""
    plans = _plans(command, resuming, overwrite)
    data = {}
    for plan in plans:
        key = (plan.config.data, registry.precision(plan.module))
        if key not in data and not plan.complete:
            data[key] = runner.dataset(plan.config, command.data_dir, key[1], checkpoint.folder(command.checkpoint))
        if isinstance(plan.module, registry.Checking) and not plan.complete:
            plan.module.check(plan.config, data[key])
    if processes.leads():
        runner.writable(command.out)
    return plans, data


def _plans(command: What, resuming: bool, overwrite: bool) -> list[runner.Plan]:
    names = registry.NAMES if command.name == "all" else (command.name,)
    known_name("experiment", command.name, (*registry.NAMES, "all"))
    known_name("profile", command.profile, registry.PROFILES)
    plans = []
    for name in names:
        module = registry.load(name)
        config = presets.configuration(
            module, command.profile, command.seeds, command.data, command.data_dir is not None
        )
        if config.data == presets.CHECKPOINT and checkpoint.folder(command.checkpoint) is None and len(names) > 1:
            print(f"{name}: left out, for it needs a language model; {checkpoint.HOW}.", flush=True)
            continue
        together = command.seeds_at_once if len(names) == 1 or isinstance(module, registry.Together) else 1
        plans.append(runner.plan(name, module, config, command.out, resuming, overwrite, together))
    used = {plan.config.data for plan in plans}
    if command.name != "all" and command.data is not None and used == {presets.NO_DATA}:
        raise ValueError(f"the experiment {command.name!r} uses no data set, got --data {command.data}; leave it out.")
    if command.data_dir is not None and not used - {"digits", presets.NO_DATA, presets.CHECKPOINT}:
        raise ValueError(
            f"got --data-dir {str(command.data_dir)!r} without --data mnist (or a name of your own for the data set in "
            "that folder); give both or neither."
        )
    if command.checkpoint is not None and presets.CHECKPOINT not in used:
        raise ValueError(f"the experiment {command.name!r} uses no language model, got --checkpoint; leave it out.")
    return plans


if __name__ == "__main__":
    sys.exit(main())
