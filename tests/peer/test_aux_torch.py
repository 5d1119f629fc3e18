"""The peer of benchmarks/aux_logits.py trains as ours does: the same steps, whatever it batches."""

import json
import os

import jax
import numpy as np
import optax
import pytest

import subtheory as st
from experiments.auxiliary_logits.common.protocol import Protocol
from subtheory.setting.data import digits
from subtheory.simulation.distillation import Imitation, classification_objective, imitation_objective
from subtheory.simulation.training import Schedule, fit

torch = pytest.importorskip("torch", reason="the extra `peer` is not installed")

from benchmarks import aux_logits, aux_torch  # noqa: E402  (after the skip)

COUNT, FEATURES, CLASSES, OUTPUTS = 40, 6, 4, 6
FULL = Protocol(hidden=(8,), batch=COUNT, teacher_rate=1e-2, student_rate=1e-2)
TINY = Protocol(
    hidden=(8,), teacher_epochs=2, student_epochs=2, batch=500, noise=1100, teacher_rate=1e-2, student_rate=1e-2
)


def _drawn():
    rng = np.random.default_rng(0)
    inputs = rng.uniform(-1, 1, (COUNT, FEATURES))
    return inputs, rng.integers(0, CLASSES, COUNT), rng.standard_normal((COUNT, OUTPUTS))


def _ours(objective, examples):
    model = st.models.mlp((FEATURES, 8, OUTPUTS), "relu")
    init = model.init(jax.random.key(0))
    schedule = Schedule(optax.adam(1e-2), COUNT, 3)
    trained, _ = fit(
        {"one": objective(model.apply)},
        {"one": init},
        jax.tree.map(jax.numpy.asarray, examples),
        schedule,
        jax.random.key(1),
    )
    return init, trained["one"]


def _as_torch(params, copies):
    leaves = []
    for layer in (params["layers"][0], params["layers"][1]):
        leaves += [layer["kernel"], layer["bias"][None]]
    return [torch.stack([torch.tensor(np.asarray(leaf))] * copies) for leaf in leaves]


@pytest.mark.parametrize("copies", [1, 3])
@pytest.mark.parametrize("channel", [slice(CLASSES, OUTPUTS), slice(0, OUTPUTS)])
def test_a_student_takes_our_steps(channel, copies):
    inputs, _, targets = _drawn()
    imitation = Imitation(st.losses.forward_kl, channel)
    init, expected = _ours(lambda apply: imitation_objective(apply, imitation), (inputs, targets))
    parameters = _as_torch(init, copies)
    x, y = (torch.tensor(part)[None] for part in (inputs, targets))
    aux_torch.train(parameters, x, y, aux_torch.imitated(channel), FULL, 3, [torch.Generator()])
    for got, wanted in zip(parameters, _as_torch(expected, copies), strict=True):
        np.testing.assert_allclose(got, wanted, rtol=0, atol=1e-9)
    assert not np.allclose(parameters[0], _as_torch(init, copies)[0], atol=1e-4)


def test_a_teacher_takes_our_steps():
    inputs, labels, _ = _drawn()
    init, expected = _ours(lambda apply: classification_objective(apply, slice(0, CLASSES)), (inputs, labels))
    parameters = _as_torch(init, 1)
    loss = aux_torch.taught(CLASSES)
    aux_torch.train(
        parameters, torch.tensor(inputs)[None], torch.tensor(labels)[None], loss, FULL, 3, [torch.Generator()]
    )
    for got, wanted in zip(parameters, _as_torch(expected, 1), strict=True):
        np.testing.assert_allclose(got, wanted, rtol=0, atol=1e-9)


def test_seeds_in_one_batch_are_the_seeds_alone_and_forms_agree_on_the_teacher():
    data = digits(np.float32)
    one, every = (aux_torch.experiment(TINY, [3, 4], data, form) for form in ("one network", "all seeds"))
    for alone, beside in zip(one, every, strict=True):
        assert list(alone) == list(beside) == list(aux_logits.CONDITIONS)
        np.testing.assert_allclose(list(alone.values()), list(beside.values()), atol=0.02)
    (four,) = aux_torch.experiment(TINY, [3], data, "four students")
    assert set(four) == set(aux_logits.CONDITIONS)
    assert four["teacher"] == one[0]["teacher"]
    assert four["reference"] == one[0]["reference"]


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system binds no process to cores")
def test_the_benchmark_measures_both_and_reports_all(tmp_path, capsys):
    out = tmp_path / "measured.json"
    tiny = {"hidden": [8], "teacher_epochs": 1, "student_epochs": 1, "noise": 300, "theory_inputs": 16}
    arguments = ["--data", "digits", "--seeds", "1", "--forms", "four students", "--cores", "1", "--json", str(out)]
    assert aux_logits.main(arguments, tiny) == 0
    whats = [row["what"] for row in json.loads(out.read_text())["rows"]]
    assert len(whats) == len(set(whats))
    for words in ("processor time per seed of PyTorch", "peak memory, ours", "share of the matrix product's peak"):
        assert any(what.startswith(words) for what in whats)
    assert sum(what.startswith("test accuracy, ") for what in whats) == 6
    assert "Figure 10's training" in capsys.readouterr().out
