"""The miniature language models measured: ``python -m benchmarks.world [--size tiny small] [--json FILE]``.

Cost: about ten minutes of processor time for the three sizes, one for tiny alone. What to expect: docs/performance.md.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from subtheory._extras import LANGUAGE_MODELS, needs
from subtheory._names import known_name

from . import command
from .measure import Summary, ratio, seconds_in_turn
from .products import Product, alone
from .report import Row

SHARE_AT_LEAST = 0.5
SAMPLING_AT_MOST = 1.0
SQUARE = Product((2048, 2048), (2048, 2048), (((1,), (0,)), ((), ())))
"""A product that is large enough for the machine to reach its best."""
DESCRIPTION = """Measure training and sampling of the miniature language models, as ratios within one run.

A training step is that of lm_numbers: a minibatch of 256 requests and answers, attention and perceptrons trained by
Adam. It is compared with its products of matrices alone, at its shapes, in one compiled program. What is compared runs
in turn, round by round, and every ratio is that of one round: median (least to most). Seconds are of processor time:
where other work runs, bind all to one core. For example:

  taskset -c 0 python -m benchmarks.world --size tiny --json measured.json"""


@dataclass(frozen=True)
class Benchmark:
    """What to measure."""

    size: tuple[str, ...] = ("tiny", "small", "large")
    """Of the model: tiny, small, medium, large or neox, several one after another."""
    sequences: int = 65_536
    """How many are sampled, and learned from in one epoch."""
    rounds: int = 5
    """How many times everything is timed."""
    json: Path | None = None
    """File to write every row and the provenance to."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; 0, or 2 on bad usage."""
    return command.run(
        Benchmark,
        arguments,
        ("world", DESCRIPTION, "Miniature language models"),
        _check,
        lambda asked, _, errors: _rows(asked),
        lambda asked: {**asdict(asked), "json": None, "load_average": os.getloadavg()[0]},
    )


def _check(asked: Benchmark) -> None:
    needs(*LANGUAGE_MODELS)
    from experiments.miniature.world.reference import SIZES

    for size in asked.size:
        known_name("size", size, SIZES)
    for name in ("sequences", "rounds"):
        if getattr(asked, name) < 1:
            raise ValueError(f"{name} is {getattr(asked, name)}; expected at least 1.")


def _rows(asked: Benchmark) -> Iterator[Row]:
    from .world_programs import Programs  # which needs the extra `lm`

    for size in asked.size:
        programs = Programs.of(size, asked.sequences)
        timed = {
            "epoch": programs.epoch, "products": programs.products_alone(), "sampling": programs.sampling,
            "forward": programs.forward(), "gradients": programs.gradients(), "square": alone([SQUARE], 1),
        }  # fmt: skip
        seconds = seconds_in_turn(timed, asked.rounds, time.process_time)
        operations = sum(product.operations for product in programs.products())
        yield from rows_of(size, asked.sequences, seconds, operations, programs.steps)


def rows_of(size: str, sequences: int, seconds: dict[str, list[float]], operations: float, steps: int) -> Iterator[Row]:
    """A model's lines.

    Args:
        size: its name.
        sequences: in an epoch.
        seconds: of every program in every round.
        operations: of one step's products.
        steps: in an epoch.
    """
    share = ratio(seconds, "products", "epoch")
    what = f"{size}: a training step's rate over that of its products alone, at its shapes"
    yield Row(what, f"≥ {SHARE_AT_LEAST:g}", str(share), share.median >= SHARE_AT_LEAST, vars(share))
    slower = ratio(seconds, "sampling", "epoch")
    what = f"{size}: sampling {sequences} sequences over one epoch of training on them"
    yield Row(what, f"≤ {SAMPLING_AT_MOST:g}", f"× {slower}", slower.median <= SAMPLING_AT_MOST, vars(slower))
    milliseconds = Summary.of([1e3 * value / steps for value in seconds["epoch"]])
    yield Row(f"{size}: a training step", "", f"{milliseconds} ms", None, vars(milliseconds))
    rates = {name: operations * steps / statistics.median(seconds[name]) / 1e9 for name in ("epoch", "products")} | {
        "square": SQUARE.operations / statistics.median(seconds["square"]) / 1e9
    }
    words = "{epoch:.1f}, {products:.1f} and {square:.1f} GFLOP/s".format(**rates)
    yield Row(f"{size}: rates of a step, of its products alone, of a product of 2048 × 2048", "", words, None, rates)
    middle = {name: statistics.median(seconds[name]) for name in ("forward", "gradients", "epoch")}
    parts = {
        "forward": middle["forward"] / middle["epoch"],
        "backward": (middle["gradients"] - middle["forward"]) / middle["epoch"],
        "rest": 1 - middle["gradients"] / middle["epoch"],
    }
    words = "{forward:.2f}, {backward:.2f} and {rest:.2f}".format(**parts)
    yield Row(f"{size}: shares of a step: forward pass, backward pass, Adam and the order", "", words, None, parts)


if __name__ == "__main__":
    sys.exit(main())
