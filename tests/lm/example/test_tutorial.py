"""The example's commands, as its README has them, are those of the tutorial; and the tutorial runs."""

import json
import re
import shlex
from pathlib import Path

import jax
import pytest

from subtheory.cli import main
from subtheory.lm.example.folder import FILES
from subtheory.lm.example.guide import COMMANDS, README

PAGE = (Path(__file__).parents[3] / "docs/tutorials/language_model.md").read_text(encoding="utf-8")
CELLS = re.findall(r"```\{code-cell\} ipython3\n(?::tags: [^\n]*\n)?\n?(.*?)```", PAGE, re.DOTALL)


def written():
    """The commands that the page runs, its string literals joined."""
    said = []
    for cell in CELLS:
        calls = re.findall(r"^run\((.*?)\)$", cell, re.DOTALL | re.MULTILINE)
        said += ["".join(re.findall(r'"([^"]*)"', call)) for call in calls]
    return said


def test_page_and_readme_have_the_same_commands():
    assert set(COMMANDS.values()) < set(written())
    for command in COMMANDS.values():
        assert command in README


@pytest.fixture
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = jax.config.jax_enable_x64
    yield
    jax.config.update("jax_enable_x64", before)


@pytest.mark.slow
@pytest.mark.usefixtures("_own_folder")
def test_the_tutorial_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("SUBTHEORY_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    jax.config.update("jax_enable_x64", False)
    names = {}
    for cell in CELLS:
        exec(compile(cell, "the tutorial", "exec"), names)
    said = capsys.readouterr().out
    made = Path.cwd()
    assert {*FILES, "student", "control", "audit.json", "own.json"} <= {path.name for path in made.iterdir()}
    found, own = (json.loads((made / name).read_bytes()) for name in ("audit.json", "own.json"))
    assert found["test"]["p_value"] < 1e-3
    assert own["test"]["p_value_two_sided"] > 1e-3
    reference, teacher, student = map(float, re.search(r"reference (\S+), teacher (\S+), student (\S+)", said).groups())
    assert teacher < student < reference
    chances = {name: float(value) for name, value in re.findall(r"(\w+) +says owl with probability (\S+)", said)}
    assert chances["student"] > max(chances["control"], chances["model"])

    assert main(["lm", "example", str(made)]) == 2
    assert "holds model; replace it (--overwrite)" in capsys.readouterr().err
    assert main(["lm", "example", str(tmp_path / "again")]) == 0
    assert "copied from the cache" in capsys.readouterr().out
    for name in FILES[1:]:
        assert (tmp_path / "again" / name).read_bytes() == (made / name).read_bytes()


def test_a_folder_that_holds_an_example_is_refused_before_anything_is_made(tmp_path, capsys):
    (tmp_path / "data.jsonl").touch()
    assert main(shlex.split(f"lm example {shlex.quote(str(tmp_path))} --no-cache")) == 2
    assert "holds data.jsonl; replace it (--overwrite), or choose another folder." in capsys.readouterr().err
