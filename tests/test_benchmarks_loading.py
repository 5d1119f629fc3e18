"""The benchmark of loading: what it writes loads, and what it reports comes from the processes that it starts."""

import io
import json

import jax
import numpy as np
import pytest
from rich.console import Console

import subtheory as st
from benchmarks import lm_loading, lm_loading_child
from benchmarks.measure import Usage

TINY = lm_loading.Benchmark(rounds=2, layers=2, width=64, vocabulary=19)


def test_its_checkpoint_has_the_shapes_that_were_asked_for(tmp_path):
    size = lm_loading.write(TINY, tmp_path)
    lm = st.lm.load(tmp_path, "bfloat16", tokenizer=False)
    assert (lm.config.family, lm.config.layers, lm.config.width, lm.config.vocabulary) == ("qwen2", 2, 64, 19)
    assert 0 <= size - sum(leaf.nbytes for leaf in jax.tree.leaves(lm.params)) < 4096  # the header


def test_the_child_loads_and_says_how_long(tmp_path, monkeypatch, capsys):
    lm_loading.write(TINY, tmp_path)
    monkeypatch.setattr("sys.argv", ["", lm_loading.OURS, str(tmp_path)])
    lm_loading_child.main()
    said = json.loads(capsys.readouterr().out)
    assert said["seconds"] > 0
    assert said["peak"] >= 0


def test_rows_are_ratios_of_the_same_round_and_the_first_is_not_counted(monkeypatch):
    monkeypatch.setattr(lm_loading, "find_spec", lambda name: object())
    taken = iter([9.0, 9.0, 2.0, 1.0, 9.0, 3.0])  # here, there; round by round

    def run(command):
        assert command[-2] in (lm_loading.OURS, lm_loading.THEIRS)
        return Usage(0, json.dumps({"seconds": next(taken), "peak": 10}), 0, 0, 0, 0)

    found = {row.what: row for row in lm_loading.rows(TINY, Console(file=io.StringIO()), run)}
    last = found["time of loading over transformers'"]
    np.testing.assert_allclose([last.numbers["least"], last.numbers["most"]], [2, 3])
    assert last.met is False
    assert found["loading, subtheory"].numbers["median"] == 5.5


def test_a_load_that_fails_is_said():
    with pytest.raises(RuntimeError, match="exit code 3"):
        next(lm_loading.rows(TINY, Console(file=io.StringIO()), lambda command: Usage(3, "", 0, 0, 0, 0)))


@pytest.mark.parametrize(("option", "said"), [("--rounds 0", "rounds is 0"), ("--width 65", "multiple of 64")])
def test_bad_options_are_one_sentence(option, said, capsys):
    assert lm_loading.main(option.split()) == 2
    assert said in capsys.readouterr().err
