"""Solutions and wrong answers of every lesson, found by its number."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path

from subtheory.course.registry import NUMBERS, exercises

COURSE = Path(__file__).resolve().parents[2] / "docs" / "course"
NAMES = tuple(one.name for one in exercises())


def from_file(path: Path):
    """A module from its file."""
    spec = importlib.util.spec_from_file_location(f"course_{path.parent.name}_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def solutions() -> dict:
    """Exercise → the solution's answer."""
    return {
        name: answer
        for number in NUMBERS
        for name, answer in from_file(COURSE / "solutions" / f"lesson_{number}.py").answers().items()
    }


def wrong_answers() -> dict:
    """Exercise → what went wrong → the answer."""
    modules = [importlib.import_module(f".wrong_{number}", __package__) for number in NUMBERS]
    return {name: answers for module in modules for name, answers in module.WRONG.items()}
