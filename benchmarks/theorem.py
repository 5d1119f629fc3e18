"""The speed and memory that the theorem's tools promise, measured: ``python -m benchmarks.theorem [--json FILE]``.

Cost: a few minutes on two cores, and 7 GB of memory while vmap(grad) runs all at once. What to expect:
docs/performance.md.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import tyro
from rich.console import Console

from subtheory._atomic import WriteError

from . import report
from .comparisons import attribution_rows, product_rows, verify_rows
from .problem import WIDTHS, Problem
from .report import Row

OK, BAD_USAGE = 0, 2
DESCRIPTION = """Measure speed and memory on the MNIST perceptron 784-256-256-13, as ratios within one run.

What is compared runs in turn, round by round, and every ratio is that of one round: median (least to most). A bound
that is missed is shown as missed; the exit code is 0 all the same, for the machine may be busy. For example:

  python -m benchmarks.theorem

  python -m benchmarks.theorem --rounds 25 --skip-verify --json measured.json"""


@dataclass(frozen=True)
class Benchmark:
    """What to measure."""

    json: Path | None = None
    """File to write every row and the provenance to."""
    rounds: int = 9
    """How many times everything is timed."""
    inputs: tuple[int, ...] = (1024, 8192)
    """N for the products with G; the last one serves for attribution."""
    chunk: int = 64
    """Inputs at once where attribution runs in chunks; it must divide N."""
    skip_verify: bool = False
    """Leave out `subtheory verify`."""


def main(arguments: Sequence[str] | None = None, widths: tuple[int, ...] = WIDTHS) -> int:
    """Run the command line.

    Args:
        arguments: without the program's name; None takes the process's own.
        widths: of the network.

    Returns:
        0, or 2 on bad usage.
    """
    command = tyro.cli(
        Benchmark,
        prog="python -m benchmarks.theorem",
        description=DESCRIPTION,
        args=arguments,
        config=(tyro.conf.FlagCreatePairsOff, tyro.conf.DisallowNone),
    )
    errors = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
    try:
        _check(command)
    except ValueError as error:
        errors.print(f"error: {error}")
        return BAD_USAGE
    start = time.perf_counter()
    rows = []
    for row in _rows(command, widths):
        rows.append(row)
        errors.print(f"{row.what}: {row.measured}")
    report.show(rows, "Speed and memory")
    if command.json is not None:
        config = {**asdict(command), "json": None, "widths": widths}
        try:
            report.write(command.json, rows, config, [0], time.perf_counter() - start)
        except WriteError as error:
            errors.print(f"error: {error}")
    return OK


def _check(command: Benchmark) -> None:
    if command.rounds < 1:
        raise ValueError(f"got {command.rounds} rounds; expected at least one.")
    if not command.inputs or min(command.inputs) < 1:
        raise ValueError(f"the numbers of inputs are {command.inputs}; expected at least one, all 1 or more.")
    if command.chunk < 1 or command.inputs[-1] % command.chunk:
        raise ValueError(f"got chunks of {command.chunk} for {command.inputs[-1]} inputs; expected a divisor.")
    report.check_file(command.json)


def _rows(command: Benchmark, widths: tuple[int, ...]) -> Iterator[Row]:
    if not command.skip_verify:
        yield from verify_rows()
    yield from product_rows(command.inputs, command.rounds, widths=widths)
    yield from attribution_rows(Problem(command.inputs[-1], chunk=command.chunk, widths=widths), command.rounds)


if __name__ == "__main__":
    sys.exit(main())
