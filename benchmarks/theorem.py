"""The speed and memory that the theorem's tools promise, measured: ``python -m benchmarks.theorem [--json FILE]``.

Cost: a few minutes on two cores, and 7 GB of memory while vmap(grad) runs all at once. What to expect:
docs/performance.md.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from . import command
from .comparisons import attribution_rows, product_rows, verify_rows
from .problem import WIDTHS, Problem
from .report import Row

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
    return command.run(
        Benchmark,
        arguments,
        ("theorem", DESCRIPTION, "Speed and memory"),
        _check,
        lambda asked, _, errors: _rows(asked, widths),
        lambda asked: {**asdict(asked), "json": None, "widths": widths},
    )


def _check(asked: Benchmark) -> None:
    if asked.rounds < 1:
        raise ValueError(f"got {asked.rounds} rounds; expected at least one.")
    if not asked.inputs or min(asked.inputs) < 1:
        raise ValueError(f"the numbers of inputs are {asked.inputs}; expected at least one, all 1 or more.")
    if asked.chunk < 1 or asked.inputs[-1] % asked.chunk:
        raise ValueError(f"got chunks of {asked.chunk} for {asked.inputs[-1]} inputs; expected a divisor.")


def _rows(asked: Benchmark, widths: tuple[int, ...]) -> Iterator[Row]:
    if not asked.skip_verify:
        yield from verify_rows()
    yield from product_rows(asked.inputs, asked.rounds, widths=widths)
    yield from attribution_rows(Problem(asked.inputs[-1], chunk=asked.chunk, widths=widths), asked.rounds)


if __name__ == "__main__":
    sys.exit(main())
