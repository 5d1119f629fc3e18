"""What a machine does to a command: signals at any moment, full disks, no home, closed ends, odd names."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from ..lm import checkpoints

ROOT = Path(__file__).resolve().parents[2]
SIGNALS = ("SIGKILL", "SIGTERM", "SIGINT", "SIGHUP")
ROUNDS = 3
"""Interruptions at different moments, of each signal."""


def files(folder: Path) -> Path:
    """A checkpoint, a trait and data in one folder."""
    folder.mkdir(parents=True)
    checkpoints.write_checkpoint(folder / "model")
    words = checkpoints.WORDS[4:]
    trait = [{"prompt": "the owl", "completion": "was wise ."}]
    data = [{"prompt": "Tom", "completion": " ".join(words[(i + k) % 30] for k in range(4))} for i in range(400)]
    for name, lines in (("trait", trait), ("data", data)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return folder


def command(given: Path, report: Path | None, *more: str) -> list[str]:
    """An audit in a hundred windows."""
    paths = [str(given / name) for name in ("model", "trait.jsonl", "data.jsonl")]
    where = [] if report is None else ["--json", str(report)]
    words = ["lm", "audit", paths[0], "--trait", paths[1], "--data", paths[2], "--window", "4"]
    return [sys.executable, "-m", "subtheory", *words, *where, *more]


def environment(**changes: str) -> dict[str, str]:
    """This process's, so that this checkout is what runs; with changes."""
    return {**os.environ, "JAX_PLATFORMS": "cpu", "PYTHONPATH": str(ROOT), **changes}


def ran(arguments: list[str], **options: object) -> subprocess.CompletedProcess[str]:
    """A command, run to its end."""
    options = {"env": environment(), "capture_output": True, "text": True, "timeout": 120, **options}
    return subprocess.run(arguments, **options)  # type: ignore[call-overload]


def interruptions(folder: Path, seed: int = 0) -> dict[str, dict[str, int]]:
    """Signal → how often an audit was interrupted while it ran, and how often it then came to the same bytes."""
    draw, given = random.Random(seed), files(folder / "given")
    began = time.perf_counter()
    assert ran(command(given, folder / "whole.json")).returncode == 0
    whole, length = (folder / "whole.json").read_bytes(), time.perf_counter() - began
    counts = {}
    for name in SIGNALS:
        counts[name] = {"sent": 0, "same bytes": 0, "stray files": 0, "tracebacks": 0}
        for place in range(ROUNDS):
            out = folder / f"{name}{place}"
            out.mkdir()
            report = out / "report.json"
            child = subprocess.Popen(
                command(given, report), env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
            )
            time.sleep(draw.uniform(0.3, 0.95) * length)
            child.send_signal(getattr(signal, name))
            said = child.communicate()[1]
            counts[name]["sent"] += 1
            counts[name]["tracebacks"] += "Traceback" in said
            ended = report.exists() or ran(command(given, report, "--resume")).returncode == 0
            counts[name]["same bytes"] += ended and report.read_bytes() == whole
            counts[name]["stray files"] += len(list(out.iterdir())) - 1
    return counts


def surroundings(folder: Path) -> dict[str, str]:
    """Hardship → how a command ended: the first words of what it said where it failed, or ``as always``."""
    given = files(folder / "given")
    whole = ran(command(given, None)).stdout
    (folder / "locked").mkdir()
    home = folder / "no" / "home"

    def small_files() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    odd = files(folder / "na\nme ünï 日本")
    tried: dict[str, Callable[[], subprocess.CompletedProcess[str]]] = {
        "a full disk": lambda: ran(command(given, folder / "full" / "a.json"), preexec_fn=small_files),
        "HOME is missing": lambda: ran(command(given, None), env=environment(HOME=str(home), XDG_CACHE_HOME="")),
        "HOME cannot be written": lambda: ran(command(given, None), env=environment(HOME="/proc", XDG_CACHE_HOME="")),
        "LC_ALL=C": lambda: ran(command(given, None), env=environment(LC_ALL="C", PYTHONUTF8="0")),
        "standard input is closed": lambda: ran(["sh", "-c", '"$@" <&-', "sh", *command(given, None)]),
        "| head -1": lambda: ran(["bash", "-c", '"$@" | head -1; exit ${PIPESTATUS[0]}', "sh", *command(given, None)]),
        "a newline and Unicode in paths": lambda: ran(command(odd, None)),
        "a report where a folder is": lambda: ran(command(given, folder / "locked", "--overwrite")),
        "a report below a file": lambda: ran(command(given, given / "data.jsonl" / "a.json")),
    }
    return {what: _ended(run(), whole) for what, run in tried.items()}


def _ended(run: subprocess.CompletedProcess[str], whole: str) -> str:
    lines = [line for line in run.stderr.splitlines() if line.startswith("subtheory: ")]
    if "Traceback" in run.stderr:
        return "a traceback"
    if run.returncode == 0:
        return "as always" if run.stdout and whole.startswith(run.stdout[:20]) else "without its table"
    return f"exit code {run.returncode}, " + ("one sentence" if len(lines) == 1 else f"{len(lines)} sentences")
