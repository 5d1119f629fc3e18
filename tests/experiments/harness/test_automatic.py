"""``--seeds-at-once auto`` on a toy: on a CPU, on devices whose memory is made up, and after an interruption."""

import json

import jax
import numpy as np
import pytest

from experiments import __main__ as command
from experiments.harness import processes, submission
from experiments.harness.options import Run, Submit
from subtheory import record

from .test_seeds_at_once import Device
from .toys import run

TOY = '''"""Draws numbers."""
from dataclasses import dataclass

import jax
import jax.numpy as jnp

from subtheory._keys import key_for
from subtheory.simulation.devices import over_devices, seed_mesh


@dataclass(frozen=True)
class Config:
    seeds: int
    data: str = "none"


PRESETS = {"quick": Config(10), "paper": Config(20)}
PRECISION = "float32"
CALLS = []
STOP_AFTER = None

def chunks(config):
    return range(config.seeds)

def run_chunk(config, chunk, data):
    return run_together(config, [chunk], data, 1)[0]

def program(together):
    return over_devices(lambda key: {"value": jnp.sort(jax.random.normal(key, (1000,)))[0]}, seed_mesh(), together)

def keys(seeds):
    return jnp.stack([key_for(seed, "toy") for seed in seeds])

def run_together(config, chunks, data, together):
    if len(CALLS) == STOP_AFTER:
        raise KeyboardInterrupt
    CALLS.append(list(chunks))
    width = jax.device_count() * together
    values = program(together)(keys([*chunks, *[0] * (width - len(chunks))]))["value"]
    row = {"condition": "only", "metric": "least"}
    return [[{"seed": chunk, **row, "value": float(value)}] for chunk, value in zip(chunks, values)]

def memory_together(config, data, together):
    return program(together).memory(keys(range(jax.device_count() * together)))
'''


def auto(out, *options):
    return run(out, "--seeds-at-once", "auto", *options)


def of_record(out):
    """(Seeds at once, results.csv) of a finished run."""
    at_once = record.read(out / "toy").run["execution"]["seeds_at_once_per_device"]
    return at_once, (out / "toy" / "results.csv").read_bytes()


def has_memory(monkeypatch, *told, platform="gpu"):
    monkeypatch.setattr(jax, "local_devices", lambda: [Device(one, platform) for one in told])


def room_for(toy, number):
    """What a device tells that has room for so many seeds and a half."""
    with jax.enable_x64(False):
        two = toy.memory_together(toy.PRESETS["quick"], None, 2)
    return {"bytes_limit": int((two.shared + (number + 0.5) * two.own / 2) / 0.8) + 1}


def test_on_a_cpu_auto_is_one_and_says_why(toy, tmp_path, capsys):
    assert auto(tmp_path / "auto", "--seeds", "3") == 0
    said = capsys.readouterr().out.splitlines()
    assert said == [
        "toy: 1 seed at once on each device (auto: on a CPU more gain nothing)",
        f"toy: done, {tmp_path / 'auto' / 'toy'}",
    ]
    assert run(tmp_path / "one", "--seeds", "3") == 0
    assert of_record(tmp_path / "auto") == of_record(tmp_path / "one")
    assert of_record(tmp_path / "auto")[0] == 1


def test_as_many_as_fit_into_a_memory_that_is_made_up(toy, tmp_path, monkeypatch, capsys):
    has_memory(monkeypatch, room_for(toy, 4), {"bytes_limit": 10**12})
    assert auto(tmp_path / "auto") == 0
    assert toy.CALLS == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    said = capsys.readouterr().out.splitlines()[0]
    assert said.startswith("toy: 4 seeds at once on each device (auto: ")
    assert said.endswith(" GB to fill, 10 seeds to compute)")
    assert run(tmp_path / "four", "--seeds-at-once", "4") == 0
    assert of_record(tmp_path / "auto") == of_record(tmp_path / "four")
    assert of_record(tmp_path / "auto")[0] == 4


def test_never_more_than_there_are(toy, tmp_path, monkeypatch):
    has_memory(monkeypatch, {"bytes_limit": 10**12})
    assert auto(tmp_path, "--seeds", "5") == 0
    assert toy.CALLS == [[0, 1, 2, 3, 4]]


@pytest.mark.parametrize(
    ("told", "lacking", "words"),
    [
        (None, (), "the device does not tell its memory; give a number to have more"),
        ({"bytes_limit": 10**9}, ("memory_together",), "the experiment does not tell what a seed needs; give a number"),
        ({"bytes_limit": 10**9}, ("run_together",), "the experiment computes one after another"),
        ({"bytes_limit": 10**9}, ("compiler",), "the compiler does not tell what a seed needs; give a number"),
    ],
)
def test_where_nothing_is_told_it_is_one(toy, tmp_path, monkeypatch, capsys, told, lacking, words):
    has_memory(monkeypatch, told)
    if lacking == ("compiler",):
        monkeypatch.setattr(toy, "memory_together", lambda *_: None)
    else:
        together = toy.run_together
        monkeypatch.setattr(toy, "run_chunk", lambda config, chunk, data: together(config, [chunk], data, 1)[0])
        for name in lacking:
            monkeypatch.delattr(toy, name)
    assert auto(tmp_path, "--seeds", "2") == 0
    assert f"toy: 1 seed at once on each device (auto: {words}" in capsys.readouterr().out
    assert of_record(tmp_path)[0] == 1


def test_a_run_is_resumed_with_the_number_it_was_begun_with(toy, tmp_path, monkeypatch, capsys):
    has_memory(monkeypatch, room_for(toy, 4))
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    assert auto(whole) == 0
    toy.CALLS.clear()
    toy.STOP_AFTER = 1
    assert auto(parts) == 130
    assert json.loads((parts / "toy" / ".partial" / "config.json").read_text())["seeds at once"] == 4
    assert auto(parts) == 2
    assert "unfinished run of this configuration; go on with it (--resume)" in capsys.readouterr().err
    assert auto(parts, "--resume", "--seeds", "3") == 2
    assert "another configuration (seeds is 10 there, 3 here)" in capsys.readouterr().err
    toy.STOP_AFTER = None
    has_memory(monkeypatch, {"bytes_limit": 10**12})  # room for all, now
    assert auto(parts, "--resume") == 0
    assert toy.CALLS == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    assert capsys.readouterr().out.startswith(
        "toy: 4 seeds at once on each device (auto: as in the run that it goes on with)\n"
    )
    assert of_record(parts) == of_record(whole)


def test_what_is_finished_is_left_and_nothing_is_chosen_for_it(toy, tmp_path, monkeypatch, capsys):
    assert auto(tmp_path, "--seeds", "2") == 0
    capsys.readouterr()
    monkeypatch.setattr(toy, "memory_together", pytest.fail)
    has_memory(monkeypatch, {"bytes_limit": 10**12})
    assert auto(tmp_path, "--seeds", "2", "--resume") == 0
    assert capsys.readouterr().out == f"toy: already complete, {tmp_path / 'toy'}\n"


@pytest.mark.parametrize("odd", ['"4"', "0", "null"])
def test_a_leftover_that_does_not_tell_its_number_is_a_sentence(toy, tmp_path, capsys, odd):
    toy.STOP_AFTER = 0
    assert auto(tmp_path) == 130
    header = tmp_path / "toy" / ".partial" / "config.json"
    header.write_text(header.read_text().replace('"seeds at once": 1', f'"seeds at once": {odd}'))
    capsys.readouterr()
    assert auto(tmp_path, "--resume") == 2
    assert "holds an unfinished run of another configuration (seeds at once is " in capsys.readouterr().err


@pytest.mark.parametrize("given", ["0", "many", "-1"])
def test_what_is_neither_is_one_sentence(toy, tmp_path, capsys, given):
    assert run(tmp_path / "out", "--seeds-at-once", given) == 2
    error = capsys.readouterr().err
    assert error == f"error: got --seeds-at-once {given}; expected a number of at least 1, or auto.\n"
    assert not (tmp_path / "out").exists()


def test_the_help_says_what_auto_does(capsys):
    with pytest.raises(SystemExit) as stop:
        command.main(["run", "--help"])
    assert stop.value.code == 0
    out = " ".join(capsys.readouterr().out.replace("│", " ").split())
    assert "--seeds-at-once N|auto" in out
    assert "auto: as many as a GPU's memory takes; 1 on a CPU: more gain nothing." in out


def test_a_job_chooses_where_it_runs():
    asked = Submit("mnist_aux_logits", seeds_at_once="auto")
    assert submission.as_run(asked, "mnist_aux_logits") == Run("mnist_aux_logits", seeds_at_once="auto", resume=True)


def test_processes_agree_on_counts_that_are_too_long_for_half_of_an_integer(monkeypatch):
    numbers = [80 * 10**9, -1, 2**31]
    gathered = np.array([[number >> processes.HALF, number & (2**processes.HALF - 1)] for number in numbers], np.int32)
    monkeypatch.setattr(processes, "_gathered", lambda array: gathered)
    assert (processes.least(0), processes.greatest(0)) == (-1, 80 * 10**9)
    monkeypatch.undo()
    assert processes.least(80 * 10**9) == processes.greatest(80 * 10**9) == 80 * 10**9
