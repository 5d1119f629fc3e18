"""How it is measured: programs timed in turn, and processes watched from a small one."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax

MIB = 2**20
CHECKOUT = Path(__file__).resolve().parents[1]

# A process's peak memory begins with that of the process which started it. This one is small.
_LAUNCHER = """
import json, os, subprocess, sys, time
start = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE)
output = process.stdout.read().decode()
_, status, usage = os.wait4(process.pid, 0)
unit = 1 if sys.platform == "darwin" else 1024
print(json.dumps(dict(exit_code=os.waitstatus_to_exitcode(status), output=output, wall=time.perf_counter() - start,
                      user=usage.ru_utime, system=usage.ru_stime, peak=unit * usage.ru_maxrss)))
"""


@dataclass(frozen=True)
class Summary:
    """The median of several numbers, and their extremes."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Summary:
        """Summarise ``values``."""
        return cls(statistics.median(values), min(values), max(values))

    def __str__(self) -> str:
        return f"{self.median:.3g} ({self.least:.3g} to {self.most:.3g})"


def seconds_in_turn(
    programs: Mapping[str, Callable[[], object]], rounds: int, clock: Callable[[], float] = time.perf_counter
) -> dict[str, list[float]]:
    """Seconds of every program in every round, A B A B: what else runs on the machine strikes all alike.

    One round is run before, and not counted. ``time.process_time`` as the clock counts this process's own time only.
    """
    seconds: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(rounds + 1):
        for name, program in programs.items():
            start = clock()
            jax.block_until_ready(program())
            seconds[name].append(clock() - start)
    return {name: values[1:] for name, values in seconds.items()}


def ratio(seconds: Mapping[str, Sequence[float]], above: str, below: str) -> Summary:
    """The ratio of two programs' seconds, round by round."""
    return Summary.of([a / b for a, b in zip(seconds[above], seconds[below], strict=True)])


@dataclass(frozen=True)
class Usage:
    """What a process took: seconds, and bytes of resident memory at the peak."""

    exit_code: int
    output: str
    wall: float
    user: float
    system: float
    peak: int


def run_process(command: Sequence[str]) -> Usage:
    """Run a command, its standard error shown, and report what it took."""
    launcher = [sys.executable, "-I", "-S", "-c", _LAUNCHER, *command]
    return Usage(**json.loads(subprocess.run(launcher, stdout=subprocess.PIPE, check=True).stdout))


def from_nothing(module: str, *arguments: str, cache: Path | str) -> list[str]:
    """What runs ``python -m`` of this checkout with a cache of its own, told by the environment of one between."""
    setting = (f"SUBTHEORY_CACHE={cache}", f"PYTHONPATH={CHECKOUT}")
    return ["env", "-u", "JAX_COMPILATION_CACHE_DIR", *setting, sys.executable, "-m", module, *arguments]


def child_command(module: str, *arguments: str, function: str = "main") -> list[str]:
    """What runs a function of a benchmark's module, of this checkout, in a Python of its own."""
    program = f"import sys; sys.path.insert(0, {str(CHECKOUT)!r}); from benchmarks.{module} import {function}"
    return [sys.executable, "-c", f"{program}; {function}()", *arguments]


def child_answer(
    what: str, command: Sequence[str], run: Callable[[Sequence[str]], Usage] = run_process
) -> dict[str, Any]:
    """The JSON that such a process prints last.

    Raises:
        RuntimeError: it ended with another exit code than 0; ``what`` says who.
    """
    usage = run(command)
    if usage.exit_code:
        raise RuntimeError(f"{what} ended with exit code {usage.exit_code}; expected 0.")
    return json.loads(usage.output.splitlines()[-1])
