"""``subtheory course``: copies that never overwrite, a list, and one sentence for every mistake."""

from __future__ import annotations

import json
import sys

import pytest

from subtheory.cli import main
from subtheory.course import exercises, folder
from subtheory.course.registry import lessons

STEMS = [lesson.stem for lesson in lessons()]


def test_start_makes_notebooks(tmp_path, capsys):
    pytest.importorskip("jupytext")
    assert main(["course", "start", str(tmp_path / "new" / "course")]) == 0
    made = sorted(path.name for path in (tmp_path / "new" / "course").iterdir())
    assert made == [f"{stem}.ipynb" for stem in STEMS]
    for name in made:
        notebook = json.loads((tmp_path / "new" / "course" / name).read_text())
        kinds = [cell["cell_type"] for cell in notebook["cells"]]
        assert kinds.count("code") >= 5
        assert kinds.count("markdown") >= 5
        assert notebook["metadata"]["kernelspec"]["language"] == "python"
    assert capsys.readouterr().out.endswith("begin with lesson_1.ipynb.\n")


def test_without_jupytext_the_pages_themselves_are_copied(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "jupytext", None)  # import jupytext raises ImportError
    assert main(["course", "start", str(tmp_path)]) == 0
    assert "jupytext is not installed" in capsys.readouterr().out
    for stem in STEMS:
        assert (tmp_path / f"{stem}.md").read_bytes() == (folder.materials() / f"{stem}.md").read_bytes()


@pytest.mark.parametrize("there", ["lesson_1.md", "lesson_1.ipynb"])
def test_nothing_is_overwritten(tmp_path, capsys, there):
    (tmp_path / there).write_text("mine")
    (tmp_path / "notes.txt").write_text("mine too")
    assert main(["course", "start", str(tmp_path)]) == 2
    assert "has lesson_1 already, and nothing is overwritten" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([there, "notes.txt"])
    assert (tmp_path / there).read_text() == "mine"


def test_a_file_is_no_folder(tmp_path, capsys):
    (tmp_path / "file").touch()
    assert main(["course", "start", str(tmp_path / "file")]) == 2
    assert main(["course", "start", str(tmp_path / "file" / "below")]) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert "is a file; expected a folder" in first
    assert "cannot write to" in second


def test_lessons_that_are_not_there_are_one_sentence(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(folder, "__file__", str(tmp_path / "site" / "subtheory" / "course" / "folder.py"))
    assert main(["course", "start", str(tmp_path / "new")]) == 2
    assert "the lessons are not installed" in capsys.readouterr().err
    (tmp_path / "site" / "subtheory" / "_course").mkdir(parents=True)
    (tmp_path / "site" / "subtheory" / "_course" / "lesson_1.md").touch()
    assert folder.materials() == tmp_path / "site" / "subtheory" / "_course"


def test_list(capsys):
    assert main(["course", "list"]) == 0
    said = capsys.readouterr().out
    for lesson in lessons():
        assert f"Lesson {lesson.number}: {lesson.title}" in said
    for exercise in exercises():
        assert str(exercise) in said


@pytest.mark.parametrize("words", [["course"], ["course", "start"], ["course", "strat"], ["course", "list", "--all"]])
def test_bad_usage_is_exit_code_2(words, capsys):
    with pytest.raises(SystemExit) as stop:
        main(words)
    assert stop.value.code == 2
