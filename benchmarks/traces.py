"""What it costs to watch two gradients through a training: ``python -m benchmarks.traces [--json FILE]``.

Cost: about two minutes on two cores. What to expect: docs/performance.md.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import jax
import numpy as np

from experiments.auxiliary_logits.common.protocol import Protocol
from experiments.trajectory.alignment_traces import EVERY, look
from experiments.trajectory.common.stage import LIGHT, seed_stage
from subtheory.setting.data import digits

from . import command
from .measure import ratio, seconds_in_turn
from .report import Row

DESCRIPTION = """Measure what a look at the gradients costs, in processor time, on digits and 64-256-256-13.

The same training with looks and without, in turn; the ratio of one round less 1 is the share of a step's cost that the
looks add: median (least to most). The exit code is 0 also where a bound is missed. For example:

  python -m benchmarks.traces --rounds 5"""

AT_MOST = 0.3
"""The share of a step's cost that may be added."""


@dataclass(frozen=True)
class Benchmark:
    """What to measure."""

    json: Path | None = None
    """File to write every row and the provenance to."""
    rounds: int = 9
    """How many times everything is timed."""
    every: tuple[int, ...] = (16, EVERY, 64)
    """Steps between two looks; the bound is asked of the one that the experiment takes."""
    epochs: int = 3
    """Passes over the noise in one training."""


def main(arguments: Sequence[str] | None = None, protocol: Protocol = LIGHT) -> int:
    """Run the command line; 0, or 2 on bad usage."""
    return command.run(
        Benchmark,
        arguments,
        ("traces", DESCRIPTION, "What looks at the gradients cost"),
        _check,
        lambda asked, _, errors: rows(asked, protocol),
        lambda asked: {**asdict(asked), "json": None},
    )


def _check(asked: Benchmark) -> None:
    for name, count in (("rounds", asked.rounds), ("epochs", asked.epochs), ("distances", len(asked.every))):
        if count < 1:
            raise ValueError(f"got {count} {name}; expected at least one.")


def rows(asked: Benchmark, protocol: Protocol = LIGHT) -> Iterator[Row]:
    """One row for every distance between two looks."""
    seconds = seconds_in_turn(programs(asked, protocol), asked.rounds, time.process_time)
    for every in asked.every:
        found = ratio(seconds, str(every), "none")
        added = replace(found, median=found.median - 1, least=found.least - 1, most=found.most - 1)
        bound = AT_MOST if every == EVERY else None
        yield Row(
            f"a look every {every} steps, added to a step's cost",
            "" if bound is None else f"≤ {bound}",
            str(added),
            None if bound is None else added.median <= bound,
            asdict(added),
        )


def programs(asked: Benchmark, protocol: Protocol) -> dict[str, Callable[[], object]]:
    """The training without looks, and with them at every distance."""
    stage = seed_stage(protocol, 0, digits(np.float32))

    def training(every: int | None) -> Callable[[], object]:
        def watch(params):
            return look(stage, params["student"], layered=True)

        @jax.jit
        def run(start):
            looks = {} if every is None else {"watch": watch, "every": every}
            return stage.students({"student": start}, epochs=asked.epochs, **looks)

        return lambda: run(stage.reference)

    return {"none": training(None), **{str(every): training(every) for every in asked.every}}


if __name__ == "__main__":
    sys.exit(main())
