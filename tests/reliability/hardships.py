"""What a machine does to a command: signals at any moment, full disks, no home, closed ends, odd names, company."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from .runs import Run, audit, environment, experiment, files, ran, runs

SIGNALS = ("SIGKILL", "SIGTERM", "SIGINT", "SIGHUP")
ROUNDS = 5
"""Interruptions at different moments, of each kind of run by each signal."""
KINDS = ("audit", "experiment", "distillation")

RESULTS = "init_alignment/results.csv"
ROUNDED = "sums of other threads round otherwise: numbers differ"
_THEN = "; os.execv(sys.argv[1], sys.argv[1:])"
SMALL_FILES = [
    sys.executable, "-c",
    "import os, resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))" + _THEN,
]  # fmt: skip
"""What is put before a command so that no file may have more than a thousand bytes."""
ONE_PROCESSOR = [
    sys.executable, "-c", "import os, sys; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})" + _THEN,
]  # fmt: skip

Counts = dict[str, int]


def interruptions(
    folder: Path, kinds: Sequence[str] = KINDS, places: Sequence[int] = range(ROUNDS)
) -> dict[str, dict[str, Counts]]:
    """Kind of run → signal → how often one was interrupted, and how often it then came to the same bytes.

    Args:
        folder: an empty one to work in.
        kinds: names of runs.
        places: which of the moments of each run and signal; a moment is the same whatever else is tried.
    """
    given = runs(files(folder / "given"))
    return {name: _interrupted(name, given[name], folder / name, places) for name in kinds}


def _interrupted(kind: str, run: Run, folder: Path, places: Sequence[int]) -> dict[str, Counts]:
    (folder / "first").mkdir(parents=True)
    (folder / "whole").mkdir()
    assert ran(run.words(folder / "first")).returncode == 0  # what is compiled is kept now, as in what follows
    began = time.perf_counter()
    assert ran(run.words(folder / "whole")).returncode == 0
    whole, length = run.left(folder / "whole"), time.perf_counter() - began
    assert run.left(folder / "first") == whole
    counts = {}
    for name in SIGNALS:
        counts[name] = {"sent": 0, "same bytes": 0, "stray files": 0, "tracebacks": 0}
        for place in places:
            out = folder / f"{name}{place}"
            out.mkdir()
            child = subprocess.Popen(
                run.words(out), env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
            )
            time.sleep(random.Random(f"{kind} {name} {place}").uniform(0.3, 0.95) * length)
            child.send_signal(getattr(signal, name))
            said = child.communicate()[1]
            if child.returncode:
                again = ran([*run.words(out), *run.again])
                said += again.stderr
            left = run.left(out)
            counts[name]["sent"] += 1
            counts[name]["tracebacks"] += "Traceback" in said
            counts[name]["same bytes"] += all(left.get(file) == content for file, content in whole.items())
            counts[name]["stray files"] += len(set(left) - set(whole))
    return counts


def surroundings(folder: Path, only: Sequence[str] = ()) -> dict[str, str]:
    """Hardship → how a command ended: the first words of what it said where it failed, or ``as always``.

    Args:
        folder: an empty one to work in.
        only: which are tried; all if empty.
    """
    given, whole = files(folder / "given"), folder / "whole.json"
    always = ran(audit(given, whole)).stdout
    odd, home = files(folder / "na\nme ünï 日本"), folder / "no" / "home"
    for name in ("locked", "full", "audits", "runs"):
        (folder / name).mkdir()
    shell = ["bash", "-c", '"$@" | head -1; exit ${PIPESTATUS[0]}', "sh"]
    one_thread = environment(XLA_FLAGS="--xla_cpu_multi_thread_eigen=false", OMP_NUM_THREADS="1")

    def audited(given: Path = given, report: Path | None = None, *more: str, **changes: str) -> str:
        return _ended(ran(audit(given, report, *more), env=environment(**changes)), always)

    tried: dict[str, Callable[[], str]] = {
        "a full disk": lambda: _ended(ran([*SMALL_FILES, *audit(given, folder / "full" / "a.json")]), always),
        "HOME is missing": lambda: audited(HOME=str(home), XDG_CACHE_HOME=""),
        "HOME cannot be written": lambda: audited(HOME="/proc", XDG_CACHE_HOME=""),
        "LC_ALL=C": lambda: audited(LC_ALL="C", PYTHONUTF8="0"),
        "standard input is closed": lambda: _ended(ran(["sh", "-c", '"$@" <&-', "sh", *audit(given, None)]), always),
        "| head -1": lambda: _ended(ran([*shell, *audit(given, None)]), always),
        "a newline and Unicode in paths": lambda: audited(odd),
        "a report where a folder is": lambda: audited(given, folder / "locked", "--overwrite"),
        "a report below a file": lambda: audited(given, given / "data.jsonl" / "a.json"),
        "one thread on one processor": lambda: _same(
            ran([*ONE_PROCESSOR, *audit(given, folder / "thread.json")], env=one_thread), folder / "thread.json", whole
        ),
        "two audits at once with one report": lambda: _together(
            audit(given, folder / "audits" / "a.json"), folder / "audits" / "a.json", whole
        ),
        "two experiments at once with one folder": lambda: _together(
            experiment(folder / "runs"), folder / "runs" / RESULTS, _alone(folder / "alone")
        ),
    }
    return {what: run() for what, run in tried.items() if not only or what in only}


def _ended(run: subprocess.CompletedProcess[str], whole: str) -> str:
    lines = [line for line in run.stderr.splitlines() if line.startswith("subtheory: ")]
    if "Traceback" in run.stderr:
        return "a traceback"
    if run.returncode == 0:
        begins = run.stdout and whole.startswith(run.stdout[:20])
        ends = run.stdout.splitlines()[-1:] == whole.splitlines()[-1:]  # a table may be drawn in other characters
        return "as always" if begins or ends else "without its table"
    return f"exit code {run.returncode}, " + ("one sentence" if len(lines) == 1 else f"{len(lines)} sentences")


def _same(run: subprocess.CompletedProcess[str], report: Path, whole: Path) -> str:
    """Whether a report has the bytes of another; if not, by how much its numbers differ."""
    if run.returncode:
        return f"exit code {run.returncode}"
    if report.read_bytes() == whole.read_bytes():
        return "the same bytes"
    worst = max(_differences(json.loads(report.read_text()), json.loads(whole.read_text())))
    return f"{ROUNDED} by {worst:.0e} at most" if worst < 1e-4 else "other numbers"


def _differences(one: Any, other: Any) -> Iterator[float]:
    """Between all numbers of two documents, relative where they are above one; endless where anything else differs."""
    if isinstance(one, dict | list) and type(one) is type(other) and len(one) == len(other):
        pairs = zip(one, other, strict=True) if isinstance(one, list) else ((one[k], other.get(k)) for k in one)
        for pair in pairs:
            yield from _differences(*pair)
    elif isinstance(one, float) and isinstance(other, float):
        yield abs(one - other) / max(1.0, abs(one), abs(other))
    else:
        yield 0.0 if one == other or isinstance(one, str) else float("inf")


def _alone(out: Path) -> Path:
    assert ran(experiment(out)).returncode == 0
    return out / RESULTS


def _together(command: list[str], file: Path, whole: Path) -> str:
    """Two of the same command at once: the bytes of one alone, and whoever is refused says so in a sentence."""
    pair = [
        subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [child.communicate()[1] for child in pair]
    if any("Traceback" in words for words in said):
        return "a traceback"
    if any(child.returncode not in (0, 1, 2) for child in pair) or all(child.returncode for child in pair):
        return f"exit codes {pair[0].returncode} and {pair[1].returncode}"
    left = {path.name for path in file.parent.rglob("*") if path.is_file()} - {"run.json"}
    if left != {file.name}:
        return "with stray files"
    return "the same bytes" if file.read_bytes() == whole.read_bytes() else "other bytes"
