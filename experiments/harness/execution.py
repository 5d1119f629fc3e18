"""Running what the command line asks for: what can be refused is refused first, then one experiment after another."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from subtheory._compilation_cache import use_compilation_cache
from subtheory._extras import MissingExtraError
from subtheory._names import known_name
from subtheory._progress import progress as log_progress

from . import automatic, checkpoint, presets, processes, registry, rooms, runner, seeds_at_once
from .exits import BAD_USAGE, OK
from .options import Run, What


def run(command: Run, errors: Console) -> int:
    """Run one experiment or all; the exit code.

    Args:
        command: what is run.
        errors: where progress and mistakes are said.

    Raises:
        WriteError: (an OSError) if the disk fills; finished chunks and any older record are kept.
    """
    try:
        processes.start(command.coordinator, command.processes, command.process, command.distributed)
    except ValueError as error:
        errors.print(f"error: {error}")
        return BAD_USAGE
    if not command.no_cache:
        use_compilation_cache()
    plans, data = [], {}
    try:
        plans, data = prepared(command, command.resume, command.overwrite)
    except (ValueError, MissingExtraError) as error:
        errors.print(f"error: {error}")
    if not processes.all_agree(bool(plans)):
        return BAD_USAGE
    first = processes.leads()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, TimeRemainingColumn(), console=errors, disable=not (errors.is_terminal and first)) as bars:
        for plan in plans:
            bar = bars.add_task(plan.name, total=None)
            with _logged(errors, plan.name, first) as say:

                def progress(done: int, total: int, bar=bar, say=say, name=plan.name) -> None:
                    bars.update(bar, completed=done, total=total)
                    if say is not None:
                        say(f"{name}: {done} of {total} parts")

                given = data.get((plan.config.data, registry.precision(plan.module)))
                if plan.origin != "asked":
                    if say is not None:
                        say(f"{plan.name}: choosing how many seeds at once")
                    plan, words = automatic.settled(plan, given)
                    if first and not plan.complete:
                        print(words, flush=True)
                folder = runner.execute(plan, given, progress)
            bars.refresh()
            if first:
                print(f"{plan.name}: {'already complete' if plan.complete else 'done'}, {folder}", flush=True)
    return OK


def _logged(errors: Console, name: str, first: bool) -> Any:
    """A line every ten seconds where process 0 writes to no terminal; on one there is a bar."""
    return nullcontext() if errors.is_terminal or not first else log_progress(errors, f"{name}: starting")


def prepared(
    command: What, resuming: bool, overwrite: bool = False
) -> tuple[list[runner.Plan], dict[tuple[str, str], Any]]:
    """What will be run, and the data for it; whatever can be refused is refused here.

    Raises:
        ValueError: a mistake in what is asked for.
        MissingExtraError: if the one experiment that is asked for needs an extra that is not installed.
    """
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
    known_name("experiment", command.name, (*rooms.names(), "all"))
    names = rooms.names() if command.name == "all" else (command.name,)
    known_name("profile", command.profile, registry.PROFILES)
    plans = []
    together = seeds_at_once.asked(command.seeds_at_once)
    for name in names:
        try:
            module = registry.load(name)
        except MissingExtraError as error:
            if len(names) == 1:
                raise
            print(f"{name}: left out, for {error}", flush=True)
            continue
        config = presets.configuration(
            module, command.profile, command.seeds, command.data, command.data_dir is not None
        )
        if config.data == presets.CHECKPOINT and checkpoint.folder(command.checkpoint) is None and len(names) > 1:
            print(f"{name}: left out, for it needs a language model; {checkpoint.HOW}.", flush=True)
            continue
        if config.data in presets.PACKAGED and len(names) > 1 and (why := checkpoint.lacking(config.data)):
            print(f"{name}: left out, for {why}", flush=True)
            continue
        at_once = together if len(names) == 1 or isinstance(module, registry.Together) else 1
        plans.append(runner.plan(name, module, config, command.out, resuming, overwrite, at_once))
    used = {plan.config.data for plan in plans}
    if command.name != "all" and command.data is not None and used <= {presets.NO_DATA, *presets.PACKAGED}:
        raise ValueError(f"the experiment {command.name!r} uses no data set, got --data {command.data}; leave it out.")
    if command.data_dir is not None and not used - {"digits", presets.NO_DATA, presets.CHECKPOINT, *presets.PACKAGED}:
        raise ValueError(
            f"got --data-dir {str(command.data_dir)!r} without --data mnist (or a name of your own for the data set in "
            "that folder); give both or neither."
        )
    if command.checkpoint is not None and presets.CHECKPOINT not in used:
        raise ValueError(f"the experiment {command.name!r} uses no language model, got --checkpoint; leave it out.")
    return plans
