"""A toy experiment, written into a file, as the only one that the command line knows."""

import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import jax
import pytest

from experiments.harness import rooms


@contextmanager
def only_toy(source: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Its module; the precision that a run of it sets is taken back."""
    path = folder / "toy.py"
    path.write_text(source)
    spec = importlib.util.spec_from_file_location("experiments.harness.toy", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "experiments.harness.toy", module)
    spec.loader.exec_module(module)
    monkeypatch.setattr(rooms, "ROOMS", {"harness": ("toy",)})
    before = jax.config.jax_enable_x64
    yield module
    jax.config.update("jax_enable_x64", before)
