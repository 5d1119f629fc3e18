"""Three kinds of run that may be interrupted: an audit, an experiment, a distillation; and what each leaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..lm import checkpoints

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Run:
    """A command that writes into a folder.

    Attributes:
        words: from the folder, what the command is.
        again: what is added to it after an interruption.
        compared: whether a file, named from the folder, has the same bytes whenever it is written; others only exist.
    """

    words: Callable[[Path], list[str]]
    again: tuple[str, ...]
    compared: Callable[[str], bool] = lambda name: True

    def left(self, out: Path) -> dict[str, bytes]:
        """Every file in a folder, with what counts of its bytes."""
        found = {path.relative_to(out).as_posix(): path for path in sorted(out.rglob("*")) if path.is_file()}
        return {name: path.read_bytes() if self.compared(name) else b"" for name, path in found.items()}


def files(folder: Path) -> Path:
    """A checkpoint, a trait, data and prompts in one folder."""
    folder.mkdir(parents=True)
    checkpoints.write_checkpoint(folder / "model")
    words = checkpoints.WORDS[4:]
    trait = [{"prompt": "the owl", "completion": "was wise ."}]
    data = [{"prompt": "Tom", "completion": " ".join(words[(i + k) % 30] for k in range(4))} for i in range(400)]
    for name, lines in (("trait", trait), ("data", data)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    (folder / "prompts.txt").write_text("Tom\nLily saw\nthe cat\n")
    return folder


def audit(given: Path, report: Path | None, *more: str) -> list[str]:
    """An audit in a hundred windows."""
    paths = [str(given / name) for name in ("model", "trait.jsonl", "data.jsonl")]
    where = [] if report is None else ["--json", str(report)]
    words = ["lm", "audit", paths[0], "--trait", paths[1], "--data", paths[2], "--window", "4"]
    return [sys.executable, "-m", "subtheory", *words, *where, *more]


def experiment(out: Path) -> list[str]:
    """A small experiment, seed by seed."""
    words = ["run", "init_alignment", "--profile", "quick", "--seeds", "20", "--out", str(out)]
    return [sys.executable, "-m", "experiments", *words]


def distillation(given: Path, out: Path) -> list[str]:
    """A student of the model itself, with what it was shown."""
    model = str(given / "model")
    words = ["lm", "distil", model, "--teacher", model, "--prompts", str(given / "prompts.txt"), "--epochs", "3"]
    where = ["--out", str(out / "student"), "--data", str(out / "shown.jsonl")]
    return [sys.executable, "-m", "subtheory", *words, "--max-new-tokens", "8", *where]


def runs(given: Path) -> dict[str, Run]:
    """The three, by name."""
    return {
        "audit": Run(lambda out: audit(given, out / "report.json"), ("--resume",)),
        "experiment": Run(experiment, ("--resume",), lambda name: not name.endswith("run.json")),
        "distillation": Run(lambda out: distillation(given, out), ("--overwrite",)),
    }


def environment(**changes: str) -> dict[str, str]:
    """This process's, so that this checkout is what runs; with changes."""
    return {**os.environ, "JAX_PLATFORMS": "cpu", "PYTHONPATH": str(ROOT), **changes}


def ran(arguments: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
    """A command, run to its end."""
    options = {"env": environment(), "capture_output": True, "text": True, "timeout": 600, **options}
    return subprocess.run(arguments, **options)
