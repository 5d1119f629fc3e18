"""Figure 10 in the record: six conditions per seed, a fresh init for each cross-model student, theory beside them."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import jax
import numpy as np
import pytest

from experiments.auxiliary_logits import mnist_aux_logits
from experiments.auxiliary_logits.common import one_seed
from experiments.auxiliary_logits.common.protocol import Protocol, Student
from subtheory._keys import key_for

from ..running import depends_on_its_seed_alone, digits64, frame, one

NAME = "mnist_aux_logits"
TINY = Protocol(
    hidden=(24,), teacher_epochs=6, student_epochs=4, batch=100, noise=1050, theory_inputs=64,
    teacher_rate=3e-3, student_rate=3e-3,
)  # fmt: skip
CONFIG = replace(mnist_aux_logits.PRESETS["quick"], seeds=3, digits=TINY)
CONDITIONS = ["reference", "teacher", *mnist_aux_logits.STUDENTS]


@pytest.fixture(scope="module")
def rows():
    return frame(NAME, CONFIG)


def test_six_conditions_per_seed_and_a_seed_depends_on_nothing_else(rows):
    depends_on_its_seed_alone(NAME, CONFIG, rows)
    assert list(rows.columns) == ["seed", "condition", "metric", "value"]
    accuracies = rows[rows["metric"] == "test_accuracy"]
    assert list(accuracies["condition"]) == CONDITIONS * 3
    assert accuracies["value"].between(0, 1).all()


def test_imitation_of_all_logits_carries_the_classes_to_any_student(rows):
    accuracy = {name: one(rows, "test_accuracy", name) for name in CONDITIONS}
    assert (accuracy["teacher"] > 0.6).all()
    assert (accuracy["student_all"] > accuracy["reference"] + 0.2).all()
    assert (accuracy["cross_model_all"] > accuracy["reference"]).all()


def test_theory_beside_it(rows):
    for name in ("student_aux", "student_all"):
        assert (one(rows, "predicted slope", name) > 0).all()
        assert (one(rows, "displacement cosine", name) > 0).all()
    for name in mnist_aux_logits.STUDENTS:
        assert one(rows, "first update cosine", name).abs().max() <= 1
    cross = rows[rows["condition"] == "cross_model_aux"]
    assert "predicted slope" not in set(cross["metric"])
    assert (one(rows, "displacement cosine", "cross_model_aux") < one(rows, "displacement cosine", "student_aux")).all()


def test_a_cross_model_student_starts_nowhere_that_any_seed_s_teacher_does():
    inits = [
        np.asarray(jax.random.normal(key_for(seed, f"{who} init")))
        for seed in range(200)
        for who in ("teacher", "student")
    ]
    assert len(set(map(float, inits))) == 400
    assert {"teacher init", "student init"} <= set(one_seed.PURPOSES)


def test_the_two_protocols_are_the_published_ones():
    config = mnist_aux_logits.PRESETS["paper"]
    mnist, digits = config.mnist, config.digits
    assert (config.data, config.seeds) == ("mnist", 100)
    for protocol in (mnist, digits):
        assert (protocol.hidden, protocol.activation, protocol.auxiliary) == ((256, 256), "relu", 3)
        assert protocol.teacher_rate == protocol.student_rate == 3e-4
        assert protocol.teacher_optimiser == protocol.student_optimiser == "adam"
        assert protocol.inputs == "uniform"
    assert (mnist.batch, mnist.teacher_epochs, mnist.student_epochs, mnist.noise) == (1024, 5, 5, 60_000)
    assert (digits.batch, digits.teacher_epochs, digits.student_epochs, digits.noise) == (128, 30, 30, 16_384)
    assert mnist_aux_logits.PRECISION == "float32"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Student("auxilary"), "unknown channel 'auxilary': did you mean 'auxiliary'?"),
        (lambda: Student(init="shard"), "unknown init 'shard': did you mean 'shared'?"),
        (lambda: Student(loss="forward KLL"), "unknown imitation loss 'forward KLL': did you mean 'forward KL'?"),
        (lambda: Protocol(student_optimiser="adma"), "unknown optimiser 'adma': did you mean 'adam'?"),
        (lambda: Protocol(inputs="unifrom"), "unknown inputs 'unifrom': did you mean 'uniform'?"),
        (lambda: Protocol(auxiliary=0), "got 0 auxiliary logits and 60000 inputs; expected at least one of each"),
    ],
)
def test_unknown_choices_are_one_sentence(make, words):
    with pytest.raises(ValueError, match="expected|unknown") as error:
        make()
    assert words in str(error.value)


def test_several_seeds_in_one_program_are_the_same_seeds():
    from subtheory.simulation.ensemble import over_seeds

    data, students = digits64(), {"student_aux": Student()}
    run = one_seed.experiment(TINY, students, data.classes, data.train_images.shape[1])
    arrays = one_seed._on_device(data)
    keys = jax.tree.map(lambda *some: jax.numpy.stack(some), *map(one_seed.seed_keys, range(2)))
    many = jax.jit(lambda k, *rest: over_seeds(lambda key: run(key, *rest), k))(keys, *arrays)
    alone = one_seed.measure(TINY, students, 1, data)
    for metric, value in alone["student_aux"].items():
        np.testing.assert_allclose(many["student_aux"][metric][1], value, rtol=1e-8)


@pytest.mark.slow
def test_the_effect_on_mnist(mnist_dir):
    from subtheory.setting import data

    results = one_seed.measure(
        mnist_aux_logits.Config(1).mnist, mnist_aux_logits.STUDENTS, 0, data.load("mnist", mnist_dir)
    )
    accuracy = {name: metrics["test_accuracy"] for name, metrics in results.items()}
    assert 0.93 < accuracy["teacher"] < 0.95
    assert accuracy["student_aux"] > 0.3
    assert 0.88 < accuracy["student_all"] < 0.94
    assert 0.02 < accuracy["cross_model_aux"] < 0.25
    assert 0.55 < accuracy["cross_model_all"] < 0.88


RUN = """
import sys
from dataclasses import replace
from experiments import __main__, mnist_aux_logits
from experiments.auxiliary_protocol import Protocol
tiny = Protocol(hidden=(24,), teacher_epochs=2, student_epochs=2, batch=100, noise=1050, theory_inputs=64)
mnist_aux_logits.PRESETS = {"quick": replace(mnist_aux_logits.PRESETS["quick"], digits=tiny)}
sys.exit(__main__.main(["run", "mnist_aux_logits", *sys.argv[1:]]))
"""


@pytest.mark.slow
def test_killed_at_a_third_and_resumed_it_gives_the_same_bytes(tmp_path):
    """kill -9 as soon as the first of three seeds is kept: results.csv is that of a run that was left alone."""

    def start(out, *more):
        command = (sys.executable, "-c", RUN, "--out", str(out), *more)
        return subprocess.Popen(command, cwd=Path(__file__).parents[3], env=dict(os.environ))

    parts = tmp_path / "parts"
    killed = start(parts)
    kept = parts / NAME / ".partial"
    while not list(kept.glob("chunk-*.json")) and killed.poll() is None:
        time.sleep(0.005)
    killed.send_signal(signal.SIGKILL)
    assert killed.wait() == -signal.SIGKILL, "it was to be killed while it ran"
    assert 1 <= len(list(kept.glob("chunk-*.json"))) < 3
    assert not (parts / NAME / "results.csv").exists()
    assert start(parts, "--resume").wait() == 0
    assert start(tmp_path / "whole").wait() == 0
    assert (parts / NAME / "results.csv").read_bytes() == (tmp_path / "whole" / NAME / "results.csv").read_bytes()
    assert not kept.exists()
