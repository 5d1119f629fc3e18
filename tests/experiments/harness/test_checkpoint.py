"""Experiments on a language model need a checkpoint: named on the command line, or in the environment."""

import dataclasses
import sys
import types

import jax

from experiments import __main__ as command
from experiments.harness import rooms


def test_without_its_checkpoint_an_experiment_is_left_out_of_all_and_refused_alone(tmp_path, monkeypatch, capsys):
    model = dataclasses.make_dataclass("Model", [("seeds", int, 1), ("data", str, "checkpoint")], frozen=True)
    plain = dataclasses.make_dataclass("Plain", [("seeds", int, 1), ("data", str, "none")], frozen=True)
    for name, kind in (("asked", model), ("toy", plain)):
        module = types.ModuleType(f"experiments.harness.{name}", "Measures nothing.")
        module.PRESETS = {"quick": kind(), "paper": kind()}
        module.chunks = lambda config: range(config.seeds)
        module.run_chunk = lambda config, chunk, data: [{"seed": 0, "condition": "a", "metric": "b", "value": 1.0}]
        monkeypatch.setitem(sys.modules, module.__name__, module)
    before = jax.config.jax_enable_x64
    monkeypatch.setattr(rooms, "ROOMS", {"harness": ("toy", "asked")})
    monkeypatch.delenv("SUBTHEORY_STORIES260K", raising=False)
    assert command.main(["run", "all", "--out", str(tmp_path)]) == 0
    assert "asked: left out, for it needs a language model; give the folder of stories260k" in capsys.readouterr().out
    assert not (tmp_path / "asked").exists()
    assert command.main(["run", "asked", "--out", str(tmp_path)]) == 2
    assert "got no checkpoint; give the folder" in capsys.readouterr().err
    assert command.main(["run", "asked", "--out", str(tmp_path), "--checkpoint", str(tmp_path)]) == 2
    assert "config.json" in capsys.readouterr().err
    monkeypatch.setenv("SUBTHEORY_STORIES260K", str(tmp_path))
    assert command.main(["run", "asked", "--out", str(tmp_path)]) == 2
    assert "config.json" in capsys.readouterr().err
    assert command.main(["run", "toy", "--out", str(tmp_path), "--overwrite", "--checkpoint", "x"]) == 2
    assert "uses no language model" in capsys.readouterr().err
    jax.config.update("jax_enable_x64", before)
