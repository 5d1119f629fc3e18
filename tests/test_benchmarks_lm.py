"""The benchmark of language models runs on a tiny checkpoint, and what it compares agrees. Nothing is timed."""

import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import subtheory as st
from benchmarks import lm as benchmark
from benchmarks import lm_audit
from benchmarks.lm_programs import Programs

from .lm.models import tiny
from .tolerances import exact


def test_both_ways_of_attribution_compute_the_same():
    model = tiny("llama")
    tokens = np.random.default_rng(0).integers(0, 31, (3, 9), dtype=np.int32)
    v = jax.tree.map(jnp.cos, model.params)
    programs = Programs(model, tokens, v)
    by_jvp, given = programs.compiled(programs.scores_by_jvp)
    by_gradients, _ = programs.compiled(programs.scores_by_gradients)
    exact(by_jvp(*given), by_gradients(*given), size=100)


def test_a_record_without_pytorch(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(benchmark, "find_spec", lambda name: None)
    st.lm.save(tiny("llama", "float32"), tmp_path / "model")
    out = tmp_path / "measured.json"
    arguments = [str(tmp_path / "model"), "--rounds", "1", "--sequences", "2", "--length", "8", "--json", str(out)]
    assert benchmark.main(arguments) == 0
    rows = json.loads(out.read_text())["rows"]
    assert [row["met"] is None for row in rows] == [False, False, False, True]
    assert "the extra peer is not installed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["nowhere"], "has no config.json"), (["nowhere", "--rounds", "0"], "rounds is 0; expected at least 1.")],
)
def test_bad_usage_is_one_sentence(arguments, words, capsys):
    assert benchmark.main(arguments) == 2
    shown = capsys.readouterr().err
    assert shown.startswith("error: ")
    assert words in shown


@pytest.mark.slow
def test_an_audit_is_measured_along_every_kind_of_direction(tmp_path):
    out = tmp_path / "measured.json"
    sizes = ["--width", "32", "--layers", "1", "--vocabulary", "16", "--length", "8", "--trait", "4", "--rank", "2"]
    assert lm_audit.main([*sizes, "--rounds", "1", "--json", str(out)]) == 0
    rows = json.loads(out.read_text())["rows"]
    assert [row["what"].split(", ")[0] for row in rows] == ["time"] * 4 + ["memory"] * 4
    assert [row["met"] is not None for row in rows] == [False, False, False, True] * 2
    cut, dense = rows[3]["numbers"], rows[4]["numbers"]
    assert 0 < cut["left_out"] < 1
    assert dense["direction"] > rows[7]["numbers"]["direction"]


def test_an_audit_of_no_rounds_is_one_sentence(capsys):
    assert lm_audit.main(["--rounds", "0"]) == 2
    assert capsys.readouterr().err == "error: rounds is 0; expected at least 1.\n"
