"""Lessons execute as a learner runs them, within their time; solutions run as scripts."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from subtheory.course.registry import NUMBERS

from .materials import COURSE, from_file

PAGES = [*sorted(COURSE.glob("*.md")), *sorted((COURSE / "lecturer").glob("*.md"))]
execute = from_file(COURSE / "execute.py")


def run(*arguments):
    return subprocess.run(
        [sys.executable, *map(str, arguments)], capture_output=True, text=True, timeout=300,
        env={**os.environ, "JAX_PLATFORMS": "cpu", "MPLBACKEND": "agg"},
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("number", NUMBERS)
def test_a_lesson_executes_within_a_minute(number):
    done = run(COURSE / "execute.py", number)
    assert done.returncode == 0, done.stdout + done.stderr
    busy = int(re.findall(rf"lesson_{number}.md: done in \d+ s, (\d+) s of processor", done.stdout)[0])
    assert busy < 60, "processor time, which two cores do not exceed by waiting for others"


def test_cells_are_found():
    for page in [*(COURSE / f"lesson_{number}.md" for number in NUMBERS), COURSE / "lecturer" / "exam.md"]:
        assert page.read_text().startswith("---\njupytext:\n")
        found = execute.cells(page)
        assert len(found) == page.read_text().count("```{code-cell}")
        for source in found:
            compile(source, page.name, "exec")


def test_the_exam_s_solutions_compute(capsys):
    exec("\n".join(execute.cells(COURSE / "lecturer" / "exam.md")), {})
    assert [line[:3] for line in capsys.readouterr().out.splitlines() if line.startswith("(")] == [
        "(a)", "(a)", "(b)", "(c)", "(a)"
    ]  # fmt: skip


def test_the_lecturer_s_texts_say_their_licence():
    for page in (COURSE / "lecturer").glob("*.md"):
        assert "CC-BY-4.0" in page.read_text()


def test_a_failing_cell_is_seen(tmp_path, capsys):
    assert execute.run("a page", "1 / 0") is False
    assert "a page: FAILED" in capsys.readouterr().out
    assert execute.main(["99"]) == 2


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_lines_are_short(page):
    assert [line for line in page.read_text().splitlines() if len(line) > 120] == []


def test_lessons_need_only_public_names():
    for page in COURSE.glob("lesson_*.md"):
        source = "\n".join(execute.cells(page))
        assert not re.findall(r"(?:from|import) subtheory\S*\._|\bst\.[\w.]*\b_\w+", source)
        assert "experiments" not in source


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "got no folder; expected: python docs/course/slides.py FOLDER [LESSON ...]."),
        (("there", "7"), "no lesson 7; known are 1, 2, 3, 4, 5, 6."),
        ((str(COURSE / "index.md"), "1"), "File exists."),
    ],
)
def test_slides_refuse_in_one_sentence(arguments, said):
    done = run(COURSE / "slides.py", *arguments)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert said in done.stderr


@pytest.mark.slow
def test_slides_are_pictures_with_the_source_that_draws_them(tmp_path):
    for folder in ("one", "two"):
        done = run(COURSE / "slides.py", tmp_path / folder, 1)
        assert done.returncode == 0, done.stderr
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == [f"lesson_1_figure_{count}.{kind}" for count in (1, 2) for kind in ("py", "svg")]
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    picture = (tmp_path / "one" / "lesson_1_figure_1.svg").read_text()
    assert picture.count("<text") > 5, "words stay words"
    done = run(tmp_path / "one" / "lesson_1_figure_2.py")
    assert done.returncode == 0, done.stderr
