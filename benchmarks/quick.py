"""What every quick profile takes, from nothing: ``python -m benchmarks.quick [NAME ...] --json docs/quick.json``.

Each runs as a newcomer runs it, in a process of its own, with an empty cache: reference models are pretrained and
programs are compiled. Kept are seconds by the clock and of processor time. On two idle cores a run takes no longer than
the smaller of the two: beside other work the clock runs on, and with both cores free no second passes in which none of
them works. Names that are not asked for keep what the file says of them.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tyro

from experiments.harness import rooms
from subtheory import _atomic
from subtheory._names import known_name
from subtheory.provenance import provenance

from .measure import CHECKOUT, MIB, Usage, from_nothing, run_process
from .report import check_file

REPORT = CHECKOUT / "docs" / "quick.json"


@dataclass(frozen=True)
class Benchmark:
    """What to measure."""

    names: tyro.conf.Positional[tuple[str, ...]] = ()
    """Experiments; all if none."""
    json: Path = REPORT
    """The file that is brought up to date, one experiment after another."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; 0, 1 if a run failed, or 2 on bad usage."""
    asked = tyro.cli(Benchmark, args=arguments, prog="python -m benchmarks.quick", description=__doc__)
    try:
        names = [known_name("experiment", name, rooms.names()) for name in asked.names] or rooms.names()
        check_file(asked.json)
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    failed, machine = 0, provenance({}, [0])["machine"]
    for name in names:
        usage = quick(name)
        failed += usage.exit_code != 0
        if usage.exit_code == 0:
            _keep(asked.json, name, {**entry(usage), "machine": machine})
        seconds = f"{usage.wall:.0f} s by the clock, {usage.user + usage.system:.0f} s of processor time"
        print(f"{name}: exit code {usage.exit_code}, {seconds}", flush=True)
    return int(failed > 0)


def quick(name: str) -> Usage:
    """One quick profile in a process of its own, with an empty cache."""
    with tempfile.TemporaryDirectory() as folder:
        asked = ("run", name, "--profile", "quick", "--out", f"{folder}/out")
        return run_process(from_nothing("experiments", *asked, cache=f"{folder}/cache"))


def entry(usage: Usage) -> dict[str, Any]:
    """What the file says of one run: seconds, megabytes, and how busy the machine was at its end."""
    return {
        "wall_seconds": round(usage.wall, 1),
        "processor_seconds": round(usage.user + usage.system, 1),
        "peak_megabytes": round(usage.peak / MIB),
        "load_average": round(os.getloadavg()[0], 1),
    }


def at_most(found: Mapping[str, Any]) -> float:
    """Seconds on two idle cores, from above: the smaller of the clock's and the processor's."""
    return min(found["wall_seconds"], found["processor_seconds"])


def measured(path: Path = REPORT) -> dict[str, dict[str, Any]]:
    """Experiment → what the file says of it."""
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _keep(path: Path, name: str, found: dict[str, Any]) -> None:
    kept = measured(path)
    ordered = dict(sorted({**kept, name: found}.items()))
    _atomic.write_file(path, (json.dumps(ordered, indent=2) + "\n").encode())


if __name__ == "__main__":
    raise SystemExit(main())
