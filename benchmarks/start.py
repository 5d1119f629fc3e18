"""How fast commands answer, over ``import jax``, and a second ``subtheory verify`` over the first, measured in turn:
``python -m benchmarks.start [--json FILE]``.

Cost: half a minute, and three minutes more for `subtheory verify`. What to expect: docs/performance.md.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from . import command
from .measure import Summary, Usage, from_nothing, ratio, run_process
from .report import Row

DESCRIPTION = """Measure how long commands take to answer, in processor time of processes of their own.

Each is a ratio to `import jax` in the same round, or of a second `subtheory verify` to the first, which found no
compiled program: median (least to most). The exit code is 0 also where a bound is missed. For example:

  python -m benchmarks.start

  python -m benchmarks.start --skip-verify --rounds 21"""

JAX = "import jax"
SECOND_AT_MOST = 0.5
PROGRAMS: Mapping[str, tuple[tuple[str, ...], float | None]] = {
    "import subtheory": (("-c", "import subtheory"), 1.5),
    "import subtheory, all names but lm": (
        ("-c", "import subtheory as s; [getattr(s, n) for n in dir(s) if n != 'lm']"),
        None,
    ),
    "subtheory --help": (("-m", "subtheory", "--help"), 0.5),
    "subtheory lm --help": (("-m", "subtheory", "lm", "--help"), 0.5),
    "subtheory lm audit --help": (("-m", "subtheory", "lm", "audit", "--help"), 0.5),
    "python -m experiments list": (("-m", "experiments", "list"), 0.5),
    "python -m experiments --help": (("-m", "experiments", "--help"), 0.5),
}
"""By name: what Python is given, and the largest ratio to ``import jax`` that is asked for."""


@dataclass(frozen=True)
class Benchmark:
    """What to measure."""

    json: Path | None = None
    """File to write every row and the provenance to."""
    rounds: int = 9
    """How many times everything is started."""
    verify_rounds: int = 2
    """How many times `subtheory verify` is run twice, each time with a new folder for compiled programs."""
    skip_verify: bool = False
    """Leave out `subtheory verify`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; 0, or 2 on bad usage."""
    return command.run(
        Benchmark,
        arguments,
        ("start", DESCRIPTION, "How fast commands answer"),
        _check,
        lambda asked, _, errors: _rows(asked),
        lambda asked: {**asdict(asked), "json": None},
    )


def _check(asked: Benchmark) -> None:
    for name, count in (("rounds", asked.rounds), ("rounds of verify", asked.verify_rounds)):
        if count < 1:
            raise ValueError(f"got {count} {name}; expected at least one.")


def _rows(asked: Benchmark) -> Iterator[Row]:
    yield from start_rows(asked.rounds)
    if not asked.skip_verify:
        yield from verify_rows(asked.verify_rounds)


def start_rows(rounds: int, run: Callable[[Sequence[str]], Usage] = run_process) -> Iterator[Row]:
    """Every program of ``PROGRAMS``, in turn with ``import jax``; one round before is not counted."""
    programs = {JAX: (("-c", JAX), None), **PROGRAMS}
    seconds: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(rounds + 1):
        for name, (given, _) in programs.items():
            usage = run((sys.executable, *given))
            if usage.exit_code:
                raise RuntimeError(f"{name} ended with exit code {usage.exit_code}; expected 0.")
            seconds[name].append(usage.user + usage.system)
    seconds = {name: values[1:] for name, values in seconds.items()}
    base = Summary.of(seconds[JAX])
    yield Row(JAX, "", f"{base} s", None, vars(base))
    for name, (_, most) in PROGRAMS.items():
        quotient = ratio(seconds, name, JAX)
        met = None if most is None else quotient.median <= most
        yield Row(f"{name} over {JAX}", "" if most is None else f"≤ {most:g}", f"× {quotient}", met, vars(quotient))


def verify_rows(rounds: int, run: Callable[[Sequence[str]], Usage] = run_process) -> Iterator[Row]:
    """A first ``subtheory verify`` and a second, which finds the first's programs, in turn."""
    usages: dict[str, list[Usage]] = {"first": [], "second": []}
    for _ in range(rounds):
        folder = tempfile.mkdtemp()
        command = from_nothing("subtheory", "verify", cache=folder)
        try:
            for one in usages.values():
                one.append(run(command))
        finally:
            shutil.rmtree(folder)
    if any(usage.exit_code for one in usages.values() for usage in one):
        raise RuntimeError("subtheory verify ended with another exit code than 0; expected every claim to hold.")
    seconds = {name: [usage.user + usage.system for usage in one] for name, one in usages.items()}
    for name, one in usages.items():
        walls, busy = Summary.of([usage.wall for usage in one]), os.getloadavg()[0]
        peak = max(usage.peak for usage in one)
        words = f"{Summary.of(seconds[name])} processor seconds, {walls} s by the clock (load average {busy:.1f}), "
        yield Row(f"subtheory verify, {name}", "", f"{words}{peak / 1e9:.2f} GB", None, vars(Summary.of(seconds[name])))
    quotient = ratio(seconds, "second", "first")
    met = quotient.median <= SECOND_AT_MOST
    what = "subtheory verify, the second over the first, processor time"
    yield Row(what, f"≤ {SECOND_AT_MOST:g}", f"× {quotient}", met, vars(quotient))


if __name__ == "__main__":
    sys.exit(main())
