"""The toy experiment of a test module."""

import importlib.util
import sys

import jax
import pytest

from experiments.harness import rooms


@pytest.fixture
def toy(request, tmp_path, monkeypatch):
    """The module's ``TOY``, written into a file, as the only registered experiment; its precision is taken back."""
    path = tmp_path / "toy.py"
    path.write_text(request.module.TOY)
    spec = importlib.util.spec_from_file_location("experiments.harness.toy", path)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "experiments.harness.toy", module)
    spec.loader.exec_module(module)
    monkeypatch.setattr(rooms, "ROOMS", {"harness": ("toy",)})
    before = jax.config.jax_enable_x64
    yield module
    jax.config.update("jax_enable_x64", before)
