"""Every check passes with the solution, in any form, and fails with the common mistakes; no answer raises."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from subtheory.course import check, exercises, hint
from subtheory.course.registry import lessons

from .materials import COURSE, NAMES, solutions, wrong_answers

SOLUTIONS, WRONG = solutions(), wrong_answers()
CASES = [(name, what) for name, answers in WRONG.items() for what in answers]


@pytest.mark.parametrize("name", NAMES)
def test_the_solution_is_right(name, capsys):
    assert check(name, SOLUTIONS[name]) is True
    assert capsys.readouterr().out == f"{name}: right.\n"


@pytest.mark.parametrize(("name", "what"), CASES)
def test_a_common_mistake_is_wrong_and_helped(name, what, capsys):
    assert check(name, WRONG[name][what]) is False
    said = capsys.readouterr().out
    assert said.startswith(f"{name}: not yet. ")
    assert said.count("\n") == 1
    assert len(said) > len(name) + 20


def test_every_exercise_has_at_least_three_mistakes_and_they_are_told_apart(capsys):
    assert set(WRONG) == set(NAMES) == set(SOLUTIONS)
    for name, answers in WRONG.items():
        assert len(answers) >= 3, name
        for answer in answers.values():
            check(name, answer)
        said = capsys.readouterr().out.splitlines()
        assert len(set(said)) >= 2, name


class Stubborn:
    """An object that refuses everything."""

    def __getattr__(self, name):
        raise RuntimeError("no")


def raising(*arguments):
    raise ZeroDivisionError("of a learner's own")


ODD = (
    "", "?", "∞", b"bytes", {}, [], (), set(), object(), Stubborn(), float("nan"), float("inf"), 1j, True, 10**400,
    np.array([]), np.array("text"), np.zeros((3, 3, 3)), jnp.ones(7), [[1], [2, 3]], raising, len, lambda: 1,
    lambda *arguments: None, lambda *arguments: "text", lambda *arguments: np.nan, lambda *arguments: np.zeros(99),
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_no_answer_raises(name, capsys):
    for odd in ODD:
        assert check(name, odd) is False
        assert capsys.readouterr().out.startswith(f"{name}: not yet. ")
    for missing in (None, ...):
        assert check(name, missing) is False
        assert "No answer yet" in capsys.readouterr().out


def test_an_unknown_exercise_suggests_the_nearest():
    with pytest.raises(ValueError, match="unknown exercise '1.33': did you mean '1.3'\\?"):
        check("1.33", 0)
    with pytest.raises(ValueError, match="unknown exercise 'a.b': known are 1.1"):
        hint("a.b")


def test_hints_come_in_levels(capsys):
    for one in exercises():
        assert len(one.hints) >= 2, one.name
        for level, text in enumerate(one.hints, 1):
            hint(one.name, level)
            assert capsys.readouterr().out == f"{one.name}, hint {level} of {len(one.hints)}: {text}\n"
        for level in (0, len(one.hints) + 1, "2"):
            with pytest.raises(ValueError, match=f"exercise {one.name} has hints of level 1 to"):
                hint(one.name, level=level)


def test_lessons_are_short_and_say_what_they_cost():
    for lesson in lessons():
        assert 4 <= len(lesson.exercises) <= 5
        assert 30 <= lesson.all_minutes <= 45, lesson
        page = (COURSE / f"{lesson.stem}.md").read_text()
        assert f"\n# Lesson {lesson.number}: {lesson.title}\n" in page
        for one in lesson.exercises:
            assert one.lesson == lesson.number
            assert f"**{one.name}** *({one.difficulty}, {one.minutes} minutes)*" in page
            assert f'check("{one.name}", ' in page


@pytest.mark.parametrize("form", [np.array, jnp.array, list, tuple, lambda v: ", ".join(map(str, v))])
def test_a_vector_in_any_form(form):
    assert check("1.4", form([1.0, 3.0]))
    assert check("1.4", form([-2, -6]))


@pytest.mark.parametrize("form", [90, 90.0, "90", " 90° ", "90 degrees", "270", -90, np.float32(90), jnp.array([90])])
def test_a_number_in_any_form(form):
    assert check(1.3, form)
