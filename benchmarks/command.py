"""The frame of every benchmark's command line: refuse in a sentence, measure row by row, show a table, keep a file."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

import tyro
from rich.console import Console

from subtheory._atomic import WriteError
from subtheory._extras import MissingExtraError

from . import report
from .report import Row

OK, BAD_USAGE = 0, 2


class Asked(Protocol):
    """What the frame needs of a command."""

    @property
    def json(self) -> Path | None:
        """The file to write every row and the provenance to."""
        ...


Command = TypeVar("Command", bound=Asked)
Prepared = TypeVar("Prepared")


def run(
    command: type[Command],
    arguments: Sequence[str] | None,
    words: tuple[str, str, str],
    prepare: Callable[[Command], Prepared],
    rows: Callable[[Command, Prepared, Console], Iterable[Row]],
    config: Callable[[Command], Mapping[str, Any]],
    seeds: Callable[[Command], Sequence[int]] = lambda asked: [0],
) -> int:
    """Run a benchmark's command line.

    Args:
        command: its options, a dataclass.
        arguments: without the program's name; None takes the process's own.
        words: the module's name, the description that --help shows, and the table's title.
        prepare: check the options, raising ValueError in one sentence, and make what is measured.
        rows: measure; a row is shown as soon as it is there.
        config: what the file says of the options, without paths.
        seeds: that were run.

    Returns:
        0, or 2 on bad usage.
    """
    name, description, title = words
    asked = tyro.cli(
        command,
        prog=f"python -m benchmarks.{name}",
        description=description,
        args=arguments,
        config=(tyro.conf.FlagCreatePairsOff, tyro.conf.DisallowNone),
    )
    errors = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
    start = time.perf_counter()
    try:
        prepared = prepare(asked)
        report.check_file(asked.json)
    except (ValueError, MissingExtraError) as error:
        errors.print(f"error: {error}")
        return BAD_USAGE
    found = []
    for row in rows(asked, prepared, errors):
        found.append(row)
        errors.print(f"{row.what}: {row.measured}")
    report.show(found, title)
    if asked.json is not None:
        try:
            report.write(asked.json, found, config(asked), seeds(asked), time.perf_counter() - start)
        except WriteError as error:
            errors.print(f"error: {error}")
    return OK
