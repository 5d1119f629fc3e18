"""The page's numbers are the package's: theory, simulation and training, state by state."""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VECTORS = json.loads((ROOT / "docs" / "lab" / "vectors.json").read_text(encoding="utf-8"))
EVERY, RELATIVE = 4, 1e-9
SCENARIOS = ("works", "other-start", "one-logit", "filter")


def differences(expected, got, path=""):
    """Every number that differs by more than rounding: of a list relative to its largest, else to itself."""
    if isinstance(expected, dict):
        return [one for name, value in expected.items() for one in differences(value, got[name], f"{path}.{name}")]
    if isinstance(expected, list):
        assert len(expected) == len(got), path
        scale = max((abs(value) for value in expected), default=0)
        pairs = enumerate(zip(expected, got, strict=True))
        return [f"{path}[{i}]: {a!r}, {b!r}" for i, (a, b) in pairs if not abs(a - b) <= RELATIVE * scale]
    if isinstance(expected, bool | str) or isinstance(got, str) or expected is None:
        return [] if expected == got else [f"{path}: {expected!r}, {got!r}"]
    return [] if math.isclose(expected, got, rel_tol=RELATIVE) else [f"{path}: {expected!r}, {got!r}"]


def thinned(numbers, expected):
    """The page's numbers, at the ε and the steps that the vectors hold."""
    step = {name: "Infinity" if value == math.inf else value for name, value in numbers["step"].items()}
    thin = {**numbers, "step": step, "curve": {name: values[::EVERY] for name, values in numbers["curve"].items()}}
    for name in ("student", "control"):
        training, at = numbers[name]["training"], expected[name]["training"]["at"]
        picked = {key: [values[k] for k in at] for key, values in training.items()}
        counts = {key: sum(training[key]) for key in ("certified", "closer")}
        thin[name] = {**numbers[name], "training": {**picked, "at": at, "counts": counts}}
    return thin


@pytest.mark.parametrize("vector", VECTORS, ids=range(len(VECTORS)))
def test_the_page_computes_what_the_package_computes(lab, vector):
    numbers = lab("#steps=25").evaluate("state => window.lab.compute(state)", vector["state"])
    assert differences(vector["numbers"], thinned(numbers, vector["numbers"])) == []


def test_a_difference_would_be_seen():
    expected = {"a": [1.0, 2.0], "b": 1.0, "c": True}
    assert differences(expected, {"a": [1.0, 2.0], "b": 1 + 1e-10, "c": True}) == []
    assert len(differences(expected, {"a": [1.0, 2.0 + 1e-8], "b": 1 + 1e-8, "c": False})) == 3
    assert differences(1.0, math.nan)


def test_weights_and_inputs_are_the_same_bits(lab, monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "docs" / "lab" / "src"))
    from state import NOISES, labelled_points, mulberry32, start

    seed = 17
    world = lab("#steps=25").evaluate(
        "seed => { const { reference, other, points, noise } = window.lab.worldOf(seed); "
        "return { reference: [...reference], other: [...other], noise: [...noise], "
        "points: [...points.inputs], labels: [...points.labels] }; }",
        seed,
    )
    for name, stream in (("reference", 4 * seed), ("other", 4 * seed + 1)):
        layers = start(stream)["layers"]
        ours = [layers[i][part].ravel().tolist() for i in range(3) for part in ("kernel", "bias")]
        assert world[name] == [value for part in ours for value in part]
    inputs, labels = labelled_points(4 * seed + 2)
    assert world["points"] == inputs.ravel().tolist()
    assert world["labels"] == labels.tolist()
    draw = mulberry32(4 * seed + 3)
    assert world["noise"] == [2 * next(draw) - 1 for _ in range(NOISES * 8)]


@pytest.mark.slow
def test_the_vectors_are_what_the_package_says_today(tmp_path):
    out = tmp_path / "vectors.json"
    subprocess.run([sys.executable, str(ROOT / "docs" / "lab" / "vectors.py"), "--out", str(out)], check=True)
    fresh = json.loads(out.read_text(encoding="utf-8"))
    assert [one["state"] for one in fresh] == [one["state"] for one in VECTORS]
    assert [differences(old["numbers"], new["numbers"]) for old, new in zip(VECTORS, fresh, strict=True)] == [
        [] for _ in VECTORS
    ]


def test_the_exported_python_gives_the_same_number(lab):
    page = lab("#scenario=filter&distance=0.2&steps=25&teacherSteps=5&seed=6&loss=squared&alpha=0.05")
    state = page.evaluate("() => window.lab.state()")
    assert (state["filter"], state["distance"], state["seed"], state["steps"]) == ("agree", 0.2, 6, 25)
    run = subprocess.run(
        [sys.executable, "-c", page.evaluate("() => window.lab.python()")],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    (phi,) = re.findall(r"^phi = (\S+)$", run.stdout, re.MULTILINE)
    numbers = page.evaluate("state => window.lab.compute(state)", state)
    assert math.isclose(float(phi), numbers["step"]["inner_product"], rel_tol=RELATIVE)


def test_the_scenarios_show_what_their_words_say(lab):
    page = lab("#steps=25")
    found = {name: page.evaluate("name => window.lab.compute(window.lab.stateOf(name))", name) for name in SCENARIOS}
    works, other, none, filtered = (found[name] for name in SCENARIOS)
    for one in (works, filtered):
        training = one["student"]["training"]
        assert all(training["certified"])
        assert all(training["closer"])
        assert all(a >= b for a, b in zip(training["cosine"], training["cosine_bound"], strict=True))
        assert one["step"]["inner_product"] > 0
        assert one["student"]["accuracy"] > one["reference"]["accuracy"] + 0.3
        assert one["student"]["trait_loss"] < one["reference"]["trait_loss"]
        assert not all(one["control"]["training"]["certified"])
        assert one["control"]["accuracy"] < 0.6
    assert filtered["kept"] < works["kept"]

    assert other["student"] == other["control"]
    assert abs(other["curve"]["inner_product"][0]) > 100 * works["curve"]["inner_product"][0]
    assert abs(other["step"]["paired_cosine"]) < 0.1
    assert not other["student"]["training"]["certified"][-1]

    assert none["step"]["inner_product"] == none["step"]["predicted_inner_product"] == 0
    assert none["student"]["trait_loss"] == none["reference"]["trait_loss"]
    assert not any(none["student"]["training"]["cosine"])


def test_one_logit_with_squared_error_carries_the_trait(lab):
    page = lab("#steps=25")
    numbers = page.evaluate("() => window.lab.compute({ ...window.lab.stateOf('one-logit'), loss: 'squared' })")
    assert numbers["step"]["inner_product"] > 0
    assert numbers["student"]["accuracy"] > numbers["reference"]["accuracy"] + 0.3
