"""What a machine does to a command: signals at any moment, full disks, no home, closed ends, odd names, company."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from .runs import Run, audit, environment, experiment, files, ran, runs

SIGNALS = ("SIGKILL", "SIGTERM", "SIGINT", "SIGHUP")
ROUNDS = 5
"""Interruptions at different moments, of each kind of run by each signal."""
KINDS = ("audit", "experiment", "distillation")

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


def surroundings(folder: Path) -> dict[str, str]:
    """Hardship → how a command ended: the first words of what it said where it failed, or ``as always``."""
    given = files(folder / "given")
    whole = ran(audit(given, folder / "whole.json"))
    report = (folder / "whole.json").read_bytes()
    (folder / "locked").mkdir()
    home = folder / "no" / "home"

    def small_files() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    (folder / "full").mkdir()
    odd = files(folder / "na\nme ünï 日本")
    shell = ["bash", "-c", '"$@" | head -1; exit ${PIPESTATUS[0]}', "sh"]
    tried: dict[str, Callable[[], subprocess.CompletedProcess[str]]] = {
        "a full disk": lambda: ran(audit(given, folder / "full" / "a.json"), preexec_fn=small_files),
        "HOME is missing": lambda: ran(audit(given, None), env=environment(HOME=str(home), XDG_CACHE_HOME="")),
        "HOME cannot be written": lambda: ran(audit(given, None), env=environment(HOME="/proc", XDG_CACHE_HOME="")),
        "LC_ALL=C": lambda: ran(audit(given, None), env=environment(LC_ALL="C", PYTHONUTF8="0")),
        "standard input is closed": lambda: ran(["sh", "-c", '"$@" <&-', "sh", *audit(given, None)]),
        "| head -1": lambda: ran([*shell, *audit(given, None)]),
        "a newline and Unicode in paths": lambda: ran(audit(odd, None)),
        "a report where a folder is": lambda: ran(audit(given, folder / "locked", "--overwrite")),
        "a report below a file": lambda: ran(audit(given, given / "data.jsonl" / "a.json")),
    }
    found = {what: _ended(run(), whole.stdout) for what, run in tried.items()}
    found["another number of threads"] = _one_thread(given, folder / "thread.json", report)
    for name, command, file in (
        ("two audits at once with one report", audit(given, folder / "audits" / "a.json"), "a.json"),
        ("two experiments at once with one folder", experiment(folder / "runs"), "init_alignment/results.csv"),
    ):
        place = folder / ("audits" if "audits" in name else "runs")
        place.mkdir()
        alone = report if file == "a.json" else _alone(folder / "alone", file)
        found[name] = _together(command, place, file, alone)
    return found


def _ended(run: subprocess.CompletedProcess[str], whole: str) -> str:
    lines = [line for line in run.stderr.splitlines() if line.startswith("subtheory: ")]
    if "Traceback" in run.stderr:
        return "a traceback"
    if run.returncode == 0:
        return "as always" if run.stdout and whole.startswith(run.stdout[:20]) else "without its table"
    return f"exit code {run.returncode}, " + ("one sentence" if len(lines) == 1 else f"{len(lines)} sentences")


def _one_thread(given: Path, report: Path, whole: bytes) -> str:
    """The same audit on one processor and one thread."""
    one = environment(XLA_FLAGS="--xla_cpu_multi_thread_eigen=false", OMP_NUM_THREADS="1")
    processor = min(os.sched_getaffinity(0))
    ended = ran(audit(given, report), env=one, preexec_fn=lambda: os.sched_setaffinity(0, {processor}))
    if ended.returncode:
        return f"exit code {ended.returncode}"
    return "the same bytes" if report.read_bytes() == whole else "other bytes"


def _alone(out: Path, file: str) -> bytes:
    assert ran(experiment(out)).returncode == 0
    return (out / file).read_bytes()


def _together(command: list[str], out: Path, file: str, whole: bytes) -> str:
    """Two of the same command at once: the bytes of one alone, and whoever is refused says so in a sentence."""
    pair = [
        subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [child.communicate()[1] for child in pair]
    if any("Traceback" in words for words in said):
        return "a traceback"
    if all(child.returncode for child in pair):
        return "both fail"
    left = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    if {name for name in left if not name.endswith("run.json")} != {file}:
        return "with stray files"
    return "the same bytes" if (out / file).read_bytes() == whole else "other bytes"
