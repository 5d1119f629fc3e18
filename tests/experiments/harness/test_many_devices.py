"""Seeds over eight simulated devices, over two processes, and several in one program: the same numbers everywhere."""

import json
import os
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import jax
import numpy as np
import pandas as pd
import pytest

from experiments.auxiliary_logits import mnist_aux_logits
from experiments.auxiliary_logits.common import many_seeds, one_seed, sweep
from experiments.auxiliary_logits.common.protocol import Protocol, Student
from experiments.harness import processes, registry, rooms, runner
from subtheory.setting.data import digits
from subtheory.simulation.devices import Memory

ROOT = Path(__file__).parents[3]
SEEDS = 11  # one full round of eight devices and a part of one
START = """
import sys
from tests.experiments.harness import test_many_devices as here
from experiments import __main__
from experiments.auxiliary_logits import mnist_aux_logits
mnist_aux_logits.STUDENTS = here.STUDENTS
mnist_aux_logits.PRESETS["quick"] = here.CONFIG
sys.exit(__main__.main(["run", "mnist_aux_logits", *sys.argv[1:]]))
"""
TINY = Protocol(
    hidden=(8,), teacher_epochs=1, student_epochs=1, batch=200, noise=450, theory_inputs=32,
    teacher_rate=3e-3, student_rate=3e-3,
)  # fmt: skip
STUDENTS = {"student_aux": Student()}
CONFIG = replace(mnist_aux_logits.PRESETS["quick"], seeds=SEEDS, digits=TINY)
WITHIN = 1e-5


def _start(out, *options, devices=1, **environment):
    flags = f"--xla_force_host_platform_device_count={devices}"
    return subprocess.Popen(
        (sys.executable, "-c", START, "--out", str(out), *options),
        cwd=ROOT,
        env={**os.environ, "XLA_FLAGS": flags, "JAX_ENABLE_X64": "0", "PYTHONPATH": str(ROOT), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _finished(process):
    out, errors = process.communicate(timeout=240)
    assert process.returncode == 0, errors
    return out


def _rows(out):
    return pd.read_csv(out / "mnist_aux_logits" / "results.csv")


def _same(rows, others):
    pd.testing.assert_frame_equal(rows.drop(columns="value"), others.drop(columns="value"))
    np.testing.assert_allclose(rows["value"], others["value"], rtol=0, atol=WITHIN)


@pytest.fixture(scope="module")
def single():
    """All seeds, one after another, on one device."""
    with jax.enable_x64(False):
        data = digits(np.float32)
        results = [one_seed.measure(TINY, STUDENTS, seed, data) for seed in range(SEEDS)]
    return pd.DataFrame([row for seed, one in enumerate(results) for row in one_seed.rows_of(seed, one)])


@pytest.fixture(scope="module")
def eight(tmp_path_factory):
    """The folder of a run on eight simulated devices."""
    out = tmp_path_factory.mktemp("eight")
    assert "done" in _finished(_start(out, devices=8))
    return out


def test_eight_devices_give_the_numbers_of_one(single, eight):
    _same(_rows(eight), single)
    run = json.loads((eight / "mnist_aux_logits" / "run.json").read_text())
    assert run["device"]["count"] == 8
    assert run["execution"] == {"processes": 1, "seeds_at_once_per_device": 1}


def _free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _two(folder, how):
    """Two processes that find each other by options, or as SLURM's jobs do by their environment."""
    port = _free_port()
    for index in range(2):
        if how == "options":
            options = ("--coordinator", f"127.0.0.1:{port}", "--processes", "2", "--process", str(index))
            yield _start(folder / str(index), *options, "--seeds-at-once", "auto")  # one, on a CPU
        else:  # JAX takes its port from the job's number
            slurm = {"JOB_ID": port, "STEP_NODELIST": "localhost", "NTASKS": 2, "PROCID": index, "LOCALID": index}
            yield _start(folder / str(index), "--distributed", **{f"SLURM_{k}": str(v) for k, v in slurm.items()})


@pytest.mark.slow
@pytest.mark.parametrize("how", ["options", "SLURM"])
def test_two_processes_give_the_numbers_of_one_and_the_first_writes(single, eight, tmp_path, how):
    first, second = _two(tmp_path, how)
    assert "done" in _finished(first)
    assert "done" not in _finished(second)
    assert not (tmp_path / "1").exists()
    _same(_rows(tmp_path / "0"), single)
    name = Path("mnist_aux_logits", "results.csv")
    assert (tmp_path / "0" / name).read_bytes() == (eight / name).read_bytes()
    run = json.loads((tmp_path / "0" / "mnist_aux_logits" / "run.json").read_text())
    assert run["execution"]["processes"] == run["device"]["count"] == 2


@pytest.mark.slow
def test_what_one_process_refuses_ends_all(tmp_path):
    (tmp_path / "0" / "mnist_aux_logits").mkdir(parents=True)
    (tmp_path / "0" / "mnist_aux_logits" / "run.json").write_text("{}")
    ends = [(process.communicate(timeout=240)[1], process.returncode) for process in list(_two(tmp_path, "options"))]
    assert [code for _, code in ends] == [2, 2]
    assert "already holds a record that cannot be read" in ends[0][0]
    assert "error" not in ends[1][0]


def test_several_seeds_in_one_program_are_the_same_seeds_whoever_is_beside_them(single):
    with jax.enable_x64(False):
        data = digits(np.float32)
        five = many_seeds.measure_many(TINY, STUDENTS, range(5), data, together=4)
        alone = many_seeds.measure_many(TINY, STUDENTS, [3], data, together=4)
    _same(
        pd.DataFrame([row for seed in range(5) for row in one_seed.rows_of(seed, five[seed])]),
        single[single["seed"] < 5],
    )
    assert alone[0] == five[3]  # bit for bit: another place in the batch, other neighbours


def test_what_they_need_is_told_before_they_run():
    """At four at once, as above, whose program it is: every seed holds its noise, and an epoch's order of it."""
    with jax.enable_x64(False):
        data = digits(np.float32)
        told = many_seeds.memory_of_many(TINY, STUDENTS, data, together=4)
    arrays = (data.train_images, data.train_labels, data.test_images, data.test_labels)
    assert sum(array.nbytes for array in arrays) <= told.shared < 2 * sum(array.nbytes for array in arrays)
    noise = 4 * TINY.noise * data.train_images.shape[1] * 4
    assert 2 * noise <= told.own


def test_programs_of_a_sweep_run_in_turn_and_their_data_stay(monkeypatch):
    needs = {2: Memory(10, 300), 3: Memory(20, 500), 4: Memory(25, 100)}
    monkeypatch.setattr(sweep, "memory_of_many", lambda protocol, *_: needs[protocol.classes])
    points = tuple(sweep.Point({"k": k}, STUDENTS, {"classes": k}) for k in (2, 3, 4))
    config, data = sweep.Sweep(2, points), digits(np.float32)
    assert sweep.memory_together(config, data, 2) == Memory(10 + 20 + 25, 500)
    monkeypatch.setattr(sweep, "memory_of_many", lambda *_: None)
    assert sweep.memory_together(config, data, 2) is None


def test_every_experiment_that_computes_several_tells_what_they_need():
    modules = [registry.load(name) for name in rooms.names()]
    several = [module for module in modules if isinstance(module, registry.Together)]
    assert len(several) > 10
    assert [module.__name__ for module in several if not isinstance(module, registry.Weighing)] == []


def test_an_interrupted_run_goes_on_with_the_same_number_at_once(tmp_path, monkeypatch):
    module = registry.load("mnist_aux_logits")
    before = jax.config.jax_enable_x64
    calls = []

    def together(config, chunks, data, at_once):
        calls.append(list(chunks))
        if len(calls) == 2:
            raise KeyboardInterrupt
        return [[{"seed": chunk, "condition": "a", "metric": "m", "value": chunk / 3}] for chunk in chunks]

    monkeypatch.setattr(module, "run_together", together)
    config = replace(CONFIG, seeds=5)

    def run(at_once, resume=True):
        plan = runner.plan("mnist_aux_logits", module, config, tmp_path, resume, together=at_once)
        return runner.execute(plan, None)

    try:
        with pytest.raises(KeyboardInterrupt):
            run(2)
        with pytest.raises(ValueError, match=r"another configuration \(seeds at once is 2 there, 3 here\)"):
            run(3)
        run(2)
    finally:
        jax.config.update("jax_enable_x64", before)
    assert calls == [[0, 1], [2, 3], [2, 3], [4]]
    assert list(_rows(tmp_path)["seed"]) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("here:1", None, None), r"got --coordinator here:1, --processes None and --process None; expected all three"),
        (("here:1", 2, 2), r"got process 2 of 2; expected a number from 0 to one below --processes"),
        (("here", 2, 0), r"the coordinator is 'here'; expected HOST:PORT of process 0"),
        ((None, None, None, True), r"the processes could not join"),
        ((None, 2, None, True), r"got --distributed and --coordinator, --processes or --process; expected one"),
    ],
)
def test_processes_that_cannot_be_found(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        processes.start(*arguments)


@pytest.mark.parametrize(
    ("name", "together", "sentence"),
    [
        ("alignment_rate", 4, "the experiment 'alignment_rate' computes one seed at a time, got 4; leave it out."),
        ("mnist_aux_logits", 0, "got 0 seeds at once; expected at least 1."),
    ],
)
def test_seeds_at_once_that_cannot_be(tmp_path, name, together, sentence):
    module = registry.load(name)
    with pytest.raises(ValueError, match=sentence):
        runner.plan(name, module, module.PRESETS["quick"], tmp_path, together=together)


def test_an_experiment_of_one_process_is_refused_in_several(tmp_path, monkeypatch):
    monkeypatch.setattr(jax, "process_count", lambda: 2)
    module = registry.load("alignment_rate")
    with pytest.raises(ValueError, match=r"'alignment_rate' runs in one process, got 2; start it alone, or submit"):
        runner.plan("alignment_rate", module, module.PRESETS["quick"], tmp_path)
