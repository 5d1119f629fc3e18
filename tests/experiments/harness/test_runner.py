"""The experiments' command line on a toy experiment: resumable, never clobbering, one sentence per mistake."""

import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from experiments import __main__ as command
from experiments.harness import presets, registry, rooms, runner
from subtheory import record, resume

from .toys import run

ROOT = Path(__file__).parents[3]
TOY = '''"""Measures nothing, in
two lines.

Cost: none.
"""
import os, signal
from dataclasses import dataclass

import jax

from subtheory._keys import key_for


@dataclass(frozen=True)
class Config:
    seeds: int
    data: str = "digits"
    scale: float = 1.0


PRESETS = {"quick": Config(4), "paper": Config(6)}
RUN = []

def chunks(config):
    return range(config.seeds)

def run_chunk(config, chunk, data):
    if os.environ.get("TOY_KILL") == str(chunk):
        os.kill(os.getpid(), signal.SIGKILL)
    RUN.append(chunk)
    draw = config.scale * jax.random.normal(key_for(chunk, "toy")) / len(data.train_labels)
    row = {"seed": chunk, "condition": "only", "metric": "draw"}
    return [{**row, "value": draw, "epsilon": 0.1 * k} for k in range(3)]
'''
START = """
import importlib.util, sys
from experiments import __main__
from experiments.harness import rooms
rooms.ROOMS = {"harness": ("toy",)}
spec = importlib.util.spec_from_file_location("experiments.harness.toy", sys.argv[1])
sys.modules["experiments.harness.toy"] = module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
sys.exit(__main__.main(sys.argv[2:]))
"""


def _results(out):
    return (out / "toy" / "results.csv").read_bytes()


def test_run_writes_a_record(toy, tmp_path, capsys):
    assert run(tmp_path / "out") == 0
    written = record.read(tmp_path / "out" / "toy")
    assert len(written.rows) == 12
    assert written.run["config"] == {"seeds": 4, "data": "digits", "scale": 1.0}
    assert written.run["seeds"] == [0, 1, 2, 3]
    assert written.run["dtype"] == "float64"
    assert capsys.readouterr().out == f"toy: done, {tmp_path / 'out' / 'toy'}\n"
    assert sorted(path.name for path in (tmp_path / "out" / "toy").iterdir()) == ["results.csv", "run.json"]


def test_kill_and_resume_gives_the_same_bytes(toy, tmp_path):
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    assert run(whole) == 0
    killed = subprocess.run(
        (sys.executable, "-c", START, str(tmp_path / "toy.py"), "run", "toy", "--out", str(parts)),
        cwd=ROOT,
        env={**os.environ, "TOY_KILL": "2"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert not (parts / "toy" / "results.csv").exists()
    toy.RUN.clear()
    assert run(parts, "--resume") == 0
    assert toy.RUN == [2, 3]
    assert _results(parts) == _results(whole)
    assert sorted(path.name for path in (parts / "toy").iterdir()) == ["results.csv", "run.json"]


def test_leftovers_need_a_decision(toy, tmp_path, monkeypatch, capsys):
    def stop(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(toy, "run_chunk", stop)
        assert run(tmp_path) == 130
    assert "interrupted: finished parts are kept; give the same command with --resume" in capsys.readouterr().err
    assert run(tmp_path) == 2
    assert "unfinished run of this configuration; go on with it (--resume)" in capsys.readouterr().err
    assert run(tmp_path, "--resume", "--seeds", "2") == 2
    assert "unfinished run of another configuration (seeds is 4 there, 2 here)" in capsys.readouterr().err
    assert run(tmp_path, "--overwrite", "--seeds", "2") == 0
    assert record.read(tmp_path / "toy").run["seeds"] == [0, 1]


def test_records_are_not_clobbered(toy, tmp_path, capsys):
    assert run(tmp_path, "--seeds", "2") == 0
    first = _results(tmp_path)
    toy.RUN.clear()
    assert run(tmp_path, "--seeds", "2") == 2
    assert "already holds a record of this configuration" in capsys.readouterr().err
    assert run(tmp_path, "--seeds", "3", "--resume") == 2
    assert "another configuration (seeds is 2 there, 3 here)" in capsys.readouterr().err
    assert run(tmp_path, "--seeds", "2", "--resume") == 0
    assert "already complete" in capsys.readouterr().out
    assert toy.RUN == []
    assert _results(tmp_path) == first
    assert run(tmp_path, "--seeds", "3", "--overwrite") == 0
    assert _results(tmp_path).startswith(first)  # fewer seeds are a prefix of more


def test_all_runs_every_experiment(toy, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "experiments.harness.toy_two", toy)
    monkeypatch.setattr(rooms, "ROOMS", {"harness": ("toy", "toy_two")})
    assert command.main(["run", "all", "--out", str(tmp_path), "--profile", "paper"]) == 0
    assert _results(tmp_path) == (tmp_path / "toy_two" / "results.csv").read_bytes()
    assert len(record.read(tmp_path / "toy_two").rows) == 18


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["tooy"], "unknown experiment 'tooy': did you mean 'toy'?"),
        (["toy", "--profile", "papper"], "unknown profile 'papper': did you mean 'paper'?"),
        (["toy", "--seeds", "0"], "got 0 seeds; expected at least 1."),
        (["toy", "--data", "minst"], "unknown data set 'minst': did you mean 'mnist'?"),
        (["toy", "--data", "mnist"], "'mnist' needs a folder"),
        (["toy", "--data", "mnist", "--data-dir", "absent"], "the data folder 'absent' does not exist"),
        (["toy", "--data-dir", "absent"], "without --data mnist"),
        (["toy", "--resume", "--overwrite"], "got both --resume and --overwrite"),
        (["toy", "--out", "toy.py/out"], "cannot write to 'toy.py/out'"),
    ],
)
def test_mistakes_are_one_sentence(toy, tmp_path, monkeypatch, capsys, arguments, sentence):
    monkeypatch.chdir(tmp_path)
    assert command.main(["run", *arguments]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert sentence in error
    assert error.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["toy.py"]


@pytest.mark.parametrize(
    "arguments", [[], ["rn"], ["run"], ["run", "toy", "--seeds", "many"], ["run", "toy", "--sead", "1"]]
)
def test_command_line_that_cannot_be_parsed(arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        command.main(arguments)
    assert stop.value.code == 2
    capsys.readouterr()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--help"], ["python -m experiments run all --profile paper", "python -m experiments list"]),
        (["run", "--help"], ["NAME", "--resume", "--overwrite", "--profile", "byte for byte", "--data-dir PATH"]),
    ],
)
def test_help_teaches(capsys, arguments, words):
    with pytest.raises(SystemExit) as stop:
        command.main(arguments)
    assert stop.value.code == 0
    out = " ".join(capsys.readouterr().out.split())
    for word in words:
        assert word in out


def test_full_disk_is_one_sentence_and_loses_nothing(toy, tmp_path, monkeypatch, capsys):
    assert run(tmp_path / "whole") == 0
    capsys.readouterr()
    sync, calls = os.fsync, []

    def full(handle):
        calls.append(handle)
        if len(calls) > 6:
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert run(tmp_path / "out") == 1
    assert capsys.readouterr().err.startswith("error: the disk holding ")
    assert not (tmp_path / "out" / "toy" / "results.csv").exists()
    assert run(tmp_path / "out", "--resume") == 0
    assert _results(tmp_path / "out") == _results(tmp_path / "whole")


def test_single_precision_experiment(toy, tmp_path, monkeypatch):
    monkeypatch.setattr(toy, "PRECISION", "float32", raising=False)
    assert run(tmp_path) == 0
    assert record.read(tmp_path / "toy").run["dtype"] == "float32"


@pytest.mark.parametrize(("precision", "written"), [("float32", 0.123456791), ("float64", 0.12345679104328156)])
def test_a_record_keeps_all_digits_of_its_precision_and_no_more(toy, tmp_path, monkeypatch, precision, written):
    value = float(np.float32(0.12345679))
    rows = [{"seed": 0, "condition": "a", "metric": "b", "value": value}]
    monkeypatch.setattr(toy, "PRECISION", precision, raising=False)
    monkeypatch.setattr(toy, "PRESETS", {"quick": toy.Config(1)})
    monkeypatch.setattr(toy, "run_chunk", lambda config, chunk, data: rows)
    assert run(tmp_path) == 0
    (row,) = record.read(tmp_path / "toy").rows
    assert row["value"] == written
    assert np.float32(row["value"]) == np.float32(value)


def test_experiment_without_data(toy, tmp_path, monkeypatch, capsys):
    seen = []

    def run_chunk(config, chunk, data):
        seen.append(data)
        return [{"seed": chunk, "condition": "a", "metric": "b", "value": 1}]

    monkeypatch.setattr(toy, "PRESETS", {"quick": toy.Config(1, data="none")})
    monkeypatch.setattr(toy, "run_chunk", run_chunk)
    assert run(tmp_path, "--data", "digits") == 2
    assert "uses no data set, got --data digits" in capsys.readouterr().err
    assert run(tmp_path) == 0
    assert seen == [None]


def test_progress_counts_chunks(toy, tmp_path):
    config = presets.configuration(toy, "quick", seeds=2)
    seen = []
    runner.execute(
        runner.plan("toy", toy, config, tmp_path), runner.dataset(config, None), lambda *state: seen.append(state)
    )
    assert seen == [(0, 2), (1, 2), (2, 2)]


@pytest.mark.parametrize("name", rooms.names())
def test_every_registered_experiment_keeps_the_contract(name):
    module = registry.load(name)
    assert set(module.PRESETS) == set(registry.PROFILES)
    assert f"python -m experiments run {name}" in module.__doc__
    for config in module.PRESETS.values():
        assert config.__dataclass_params__.frozen
        assert config.data in (*presets.DATA_NAMES, presets.NO_DATA, presets.CHECKPOINT, "smollm2")
        chunks = list(module.chunks(config))
        assert chunks
        assert len(set(chunks)) == len(chunks)
        assert json.loads(json.dumps(chunks)) == chunks


def test_incomplete_module(monkeypatch, toy):
    monkeypatch.delattr(toy, "chunks")
    with pytest.raises(ValueError, match=r"experiments/harness/toy.py has no chunks; expected what registry.py lists"):
        registry.load("toy")


def test_a_record_says_which_seeds_it_has_where_they_do_not_begin_at_zero():
    assert presets.seeds_of(SimpleNamespace(seeds=3)) == range(3)
    assert presets.seeds_of(SimpleNamespace(seeds=2, first_seed=1000)) == range(1000, 1002)
    written = record.read(ROOT / "paper_figures" / "records" / "certificate_start")
    assert written.run["seeds"] == sorted({row["seed"] for row in written.rows}) == list(range(1000, 1012))


def test_another_process_that_begins_the_same_run_meanwhile_is_a_sentence(toy, tmp_path, capsys, monkeypatch):
    execute = runner.execute

    def meanwhile(plan, data, progress):
        resume.open_chunks("toy", tmp_path, toy.PRESETS["quick"])
        return execute(plan, data, progress)

    monkeypatch.setattr(runner, "execute", meanwhile)
    assert command.main(["run", "toy", "--out", str(tmp_path)]) == 1
    said = capsys.readouterr().err.strip()
    assert "another process has begun the same run meanwhile: " in said
    assert said.count("\n") == 0
