"""Records: exact round trips, atomic writes, and refusals in one sentence."""

import dataclasses
import errno
import json
import math
import os
import subprocess

import jax.numpy as jnp
import numpy as np
import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from subtheory import provenance, record
from subtheory._atomic import WriteError

RUN = {"config": {"seeds": 2}}
ROW = {"seed": 0, "condition": "shared", "metric": "cosine", "value": 0.1}


def _record(name="toy", rows=(ROW,), run=None):
    return record.Record(name, rows, run or RUN)


words = some.text(some.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1)
rows_of_any_kind = some.lists(
    some.fixed_dictionaries(
        {
            "seed": some.integers(0, 2**63),
            "condition": words,
            "metric": words,
            "value": some.floats(),
            "epsilon": some.none() | some.floats(),
            "width": some.none() | some.integers(),
            "paired": some.none() | some.booleans(),
            "activation": some.none() | words,
        }
    ),
    max_size=6,
)


@settings(max_examples=30, deadline=None)
@given(rows_of_any_kind)
def test_round_trip_of_values_and_bytes(tmp_path_factory, rows):
    out = tmp_path_factory.mktemp("records")
    written = record.write(_record(rows=rows), out)
    again = record.read(written)
    assert len(again.rows) == len(rows)
    for got, expected in zip(again.rows, rows, strict=True):
        for name, cell in expected.items():
            found = got.get(name)
            assert type(found) is type(cell)
            assert found == cell or (math.isnan(found) and math.isnan(cell))
    second = record.write(record.Record("second", again.rows, again.run), out)
    assert (written / "results.csv").read_bytes() == (second / "results.csv").read_bytes()


def test_layout(tmp_path):
    run = provenance.provenance({"widths": (3, 4)}, range(2), 1.5)
    rows = [{**ROW, "epsilon": 1e-3}, {**ROW, "value": 1 / 3, "epsilon": None}]
    folder = record.write(_record(rows=rows, run=run), tmp_path / "new" / "out")
    assert (folder / "results.csv").read_text() == (
        "seed,condition,metric,value,epsilon\n0,shared,cosine,0.1,0.001\n0,shared,cosine,0.3333333333333333,\n"
    )
    stored = json.loads((folder / "run.json").read_text())
    assert stored["config"] == {"widths": [3, 4]}
    assert stored["seeds"] == [0, 1]
    assert stored["format_version"] == record.FORMAT_VERSION
    assert stored["dtype"] in ("float32", "float64")
    assert stored["wall_seconds"] == 1.5
    assert {"jax", "subtheory"} <= set(stored["versions"])
    assert {"commit", "dirty"} == set(stored["git"])
    assert {"platform", "kind", "count"} == set(stored["device"])
    assert sorted(path.name for path in folder.iterdir()) == ["results.csv", "run.json"]


def test_scalars_of_numpy_and_jax_become_pythons_own():
    row = {
        "seed": np.int64(3),
        "condition": np.str_("a"),
        "metric": "m",
        "value": jnp.asarray(0.5),
        "x": np.float32(0.1),
    }
    assert _record(rows=[row]).rows == (
        {"seed": 3, "condition": "a", "metric": "m", "value": 0.5, "x": float(np.float32(0.1))},
    )


def test_frame_and_plain_pandas_agree(tmp_path):
    toy = _record(rows=[{**ROW, "width": 3}, {**ROW, "seed": 1, "value": math.inf, "width": 4}])
    pandas.testing.assert_frame_equal(toy.frame(), pandas.read_csv(record.write(toy, tmp_path) / "results.csv"))


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"seed": 0, "condition": "a", "metric": "b"}, "row 0 lacks the column 'value'"),
        ({**ROW, "value": np.zeros(2)}, "row 0 holds a ndarray in 'value'"),
        ({**ROW, "condition": ""}, "row 0 holds '' in 'condition'"),
        ({**ROW, "condition": "two\nlines"}, "expected a word on one line"),
        ({**ROW, "a b": 1}, "column 'a b'; expected letters"),
    ],
)
def test_rows_that_are_not_tidy(row, sentence):
    with pytest.raises(ValueError, match=sentence):
        _record(rows=[row])


@pytest.mark.parametrize(
    "change", [{"seed": 0.5}, {"seed": None}, {"value": "high"}, {"value": True}, {"condition": 3}]
)
def test_columns_of_one_kind(tmp_path, change):
    with pytest.raises(ValueError, match=f"column '{next(iter(change))}' holds .* expected one kind per column"):
        record.write(_record(rows=[ROW, {**ROW, **change}]), tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["", "..", "a/b", ".hidden", "a b"])
def test_name_is_a_plain_word(name):
    with pytest.raises(ValueError, match="expected letters, digits"):
        _record(name=name)


def test_nothing_is_replaced_silently(tmp_path):
    folder = record.write(_record(), tmp_path)
    before = (folder / "run.json").read_bytes()
    with pytest.raises(ValueError, match="already holds a record of this configuration; choose another folder"):
        record.write(_record(), tmp_path)
    other = _record(run={"config": {"seeds": 3, "data": "mnist"}})
    with pytest.raises(ValueError, match=r"another configuration .seeds is 2 there, 3 here, data is 'absent' there"):
        record.write(other, tmp_path)
    assert (folder / "run.json").read_bytes() == before
    record.write(other, tmp_path, overwrite=True)
    assert record.read(folder).run["config"] == {"seeds": 3, "data": "mnist"}
    (folder / "run.json").write_text("{")
    with pytest.raises(ValueError, match="already holds a record that cannot be read"):
        record.write(other, tmp_path)


@pytest.mark.parametrize("moment", ["write", "rename"])
def test_full_disk_leaves_the_old_record(tmp_path, monkeypatch, moment):
    folder = record.write(_record(), tmp_path)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    calls = []

    def full(*_):
        calls.append(1)
        if moment == "rename" or len(calls) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync" if moment == "write" else "replace", full)
    with pytest.raises(WriteError, match=r"^the disk holding .* is full; nothing was changed there: free some space"):
        record.write(_record(rows=[{**ROW, "value": 2.0}]), tmp_path, overwrite=True)
    monkeypatch.undo()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert record.read(folder).rows[0]["value"] == 0.1


def test_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ValueError, match=r"cannot write to .* choose another"):
        record.write(_record(), tmp_path / "file")


def _damage_run(folder, **changes):
    stored = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps({**stored, **changes}))


def _damage_results(folder, old, new):
    text = (folder / "results.csv").read_text()
    assert old in text
    (folder / "results.csv").write_text(text.replace(old, new))


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda f: _damage_run(f, format_version=99), "format version 99; this version of the package reads 1"),
        (lambda f: _damage_run(f, columns={"seed": "int"}), "run.json' is damaged: it lacks the column 'condition'"),
        (lambda f: _damage_run(f, config=None), "it has no 'config'"),
        (lambda f: _damage_run(f, rows=7), "it has 1 rows; expected 7"),
        (lambda f: (f / "run.json").write_text('{"format'), "run.json' is damaged: it is not JSON"),
        (lambda f: (f / "run.json").write_text("[]"), "format version None"),
        (lambda f: (f / "run.json").unlink(), "has no readable run.json"),
        (lambda f: (f / "results.csv").unlink(), "has no readable results.csv"),
        (lambda f: (f / "results.csv").write_bytes(b"\xff"), "results.csv' is damaged: it is not CSV in UTF-8"),
        (lambda f: (f / "results.csv").write_text(""), "it lacks the column 'seed'"),
        (lambda f: _damage_results(f, "metric", "metrix"), "it lacks the column 'metric'"),
        (lambda f: _damage_results(f, ",0.1", ""), "line 2 has 3 cells; expected 4"),
        (lambda f: _damage_results(f, "0.1", "O.1"), "line 2 holds 'O.1' in 'value'; expected a value of kind float"),
        (lambda f: _damage_results(f, "0.1", "0.2"), "its checksum is not the one in run.json"),
        (lambda f: _damage_results(f, "shared", '"shared'), "results.csv' is damaged"),
    ],
)
def test_damaged_records_are_refused(tmp_path, damage, sentence):
    folder = record.write(_record(), tmp_path)
    damage(folder)
    with pytest.raises(ValueError, match=sentence):
        record.read(folder)


def test_line_ends_of_another_system_are_the_same_record(tmp_path):
    folder = record.write(_record(), tmp_path)
    (folder / "results.csv").write_bytes((folder / "results.csv").read_bytes().replace(b"\n", b"\r\n"))
    assert record.read(folder).rows == (ROW,)


@dataclasses.dataclass(frozen=True)
class _Config:
    widths: tuple[int, ...] = (4, 4)
    epsilon: float = 0.1


def test_config_hash_is_of_the_content():
    assert provenance.config_hash(_Config()) == provenance.config_hash({"epsilon": 0.1, "widths": [4, 4]})
    assert provenance.config_hash(_Config()) != provenance.config_hash(_Config(epsilon=0.2))


@pytest.mark.parametrize("config", [3, {"x": object()}, {"x": math.nan}])
def test_configurations_that_cannot_be_kept(config):
    with pytest.raises(ValueError, match="the configuration"):
        provenance.plain_config(config)


def test_git_state(tmp_path, monkeypatch):
    def git(*arguments):
        identity = ("-c", "user.name=a", "-c", "user.email=a@b.invalid")
        subprocess.run(("git", *identity, *arguments), cwd=tmp_path, check=True, capture_output=True)

    nothing = {"commit": None, "dirty": None}
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert provenance.git_state(tmp_path) == nothing
    git("init")
    (tmp_path / "a.py").write_text("1")
    assert provenance.git_state(tmp_path) == nothing  # a checkout that does not track the source
    git("add", ".")
    git("commit", "-m", "a", "--no-gpg-sign")
    state = provenance.git_state(tmp_path)
    assert len(state["commit"]) == 40
    assert state["dirty"] is False
    (tmp_path / "a.py").write_text("2")
    assert provenance.git_state(tmp_path)["dirty"] is True
    monkeypatch.setenv("PATH", "")
    assert provenance.git_state(tmp_path) == nothing
