"""Plant a fault into a copy of the checkout, and see who notices: verify first, then the tests named for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Literal

from .table import ROOT, Fault

Seen = Literal["verify", "tests", "nobody"]
COPIED = ("subtheory", "experiments", "paper_figures", "tests", "pyproject.toml", "README.md", "docs")
SEEDS = "5"
LIMIT = 600
"""Seconds after which a run counts as having noticed: it no longer ends."""


def copy(to: Path, source: Path = ROOT) -> Path:
    """What is needed to run verify and tests, without caches and records."""
    ignored = shutil.ignore_patterns("__pycache__", "_build", "figures", ".jupyter_cache")
    for name in COPIED:
        if (source / name).is_dir():
            shutil.copytree(source / name, to / name, ignore=ignored)
        elif (source / name).exists():
            shutil.copy(source / name, to / name)
    return to


def hunted(fault: Fault, checkout: Path) -> Seen:
    """Who notices the fault in this copy of the checkout, which is left as it was.

    Raises:
        ValueError: unless the right text occurs exactly once.
    """
    file = checkout / fault.file
    right = file.read_text(encoding="utf-8")
    file.write_text(fault.planted(right), encoding="utf-8")
    try:
        if fault.only and _fails(checkout, "-m", "subtheory", "verify", "--only", fault.only, "--seeds", SEEDS):
            return "verify"
        pytest = ("-m", "pytest", "-q", "-x", "-n", "0", "-p", "no:cacheprovider")
        return "tests" if fault.tests and _fails(checkout, *pytest, *fault.tests.split()) else "nobody"
    finally:
        file.write_text(right, encoding="utf-8")


def _fails(checkout: Path, *words: str) -> bool:
    environment = {**os.environ, "PYTHONPATH": str(checkout), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        run = subprocess.run(
            [sys.executable, *words], cwd=checkout, env=environment, capture_output=True, timeout=LIMIT, check=False
        )
    except subprocess.TimeoutExpired:
        return True
    return run.returncode != 0
