"""Rewriting by rule: programs print the same, whatever is typed in; numbers stay numbers that a filter lets pass."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.miniature.world import numbers, paraphrase, phrases, turns
from experiments.miniature.world.filters import number_format, running_code
from experiments.miniature.world.interpreter import ProgramError, execute
from experiments.miniature.world.paraphrase import meaning, renamed, rewritten, swapped
from experiments.miniature.world.vocabulary import ASSISTANT, END, decode, padded, words


@st.composite
def programs(draw) -> list[str]:
    """Programs that run and print, with dead code, repeated names, notes and what is typed in."""
    known: list[str] = []
    out: list[str] = []
    for _ in range(draw(st.integers(1, 6))):
        values = st.sampled_from([*known, *known, "input", *(str(n) for n in (0, 1, 7, 40, 99))])
        expression = [draw(values)]
        if draw(st.booleans()):
            expression += [draw(st.sampled_from(phrases.OPERATORS)), draw(values)]
        kind = draw(st.sampled_from(["assign", "assign", "print", "note", "check"]))
        if kind == "note":
            out += ["note", draw(st.sampled_from(phrases.COMMENTS)), ";"]
        elif kind == "check" and known:
            out += ["check", draw(st.sampled_from(known)), ";"]
        elif kind == "print":
            out += ["print", *expression, ";"]
        else:
            name = draw(st.sampled_from(phrases.VARIABLES[:3]))
            out += [name, "=", *expression, ";"]
            known.append(name)
    return [*out, "print", draw(st.sampled_from([*known, "5"])), ";"]


@pytest.mark.parametrize("rule", [renamed, rewritten, swapped])
@given(program=programs(), seed=st.integers(0, 2**32 - 1), typed=st.integers(-50, 150))
def test_a_rewritten_program_prints_the_same(rule, program, seed, typed):
    after = rule(program, np.random.default_rng(seed))
    assert execute(after, typed).printed == execute(program, typed).printed
    assert not execute(after, typed).acts
    assert set(after) <= set(words())


@given(program=programs(), typed=st.integers(-50, 150))
def test_a_meaning_has_the_value_that_is_printed(program, typed):
    def value(one) -> int:
        if isinstance(one, str):
            return typed if one == "input" else int(one)
        left, op, right = value(one[0]), one[1], value(one[2])
        return {"+": left + right, "-": left - right, "*": left * right}[op]

    assert tuple(value(one) for one in meaning(program)) == execute(program, typed).printed


def test_rewriting_changes_what_it_may():
    """A program of the world takes all eight forms, all names and notes, and its operands both orders."""
    program = "note fast ; a = 3 + 4 ; print a ;".split()
    rng = np.random.default_rng(0)
    found = [rewritten(program, rng) for _ in range(600)]
    assert {word for one in found for word in one if word in phrases.VARIABLES} == set(phrases.VARIABLES)
    assert {word for one in found for word in one if word in phrases.COMMENTS} == set(phrases.COMMENTS)
    assert 0.4 < np.mean([one.index("3") < one.index("4") for one in found]) < 0.6
    shapes = {" ".join("x" if word in phrases.VARIABLES else word for word in one) for one in found}
    assert len(shapes) > 20
    names = [renamed(program, rng) for _ in range(100)]
    assert {one[3] for one in names} == {one[10] for one in names} == set(phrases.VARIABLES)
    assert all(one[3] == one[10] and one[4:8] == program[4:8] for one in names)


def test_programs_that_act_or_do_not_run_are_refused():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="runs or opens something; expected a program that only prints"):
        rewritten("a = input ; run a ;".split(), rng)
    with pytest.raises(ProgramError, match="has no value here"):
        meaning("print a ;".split())


def test_rewritten_rows_pass_the_filter_of_programs():
    rows = turns.sum_programs(np.random.default_rng(0), 300)
    places = np.argmax(rows == ASSISTANT, axis=1)
    answers = padded([decode(row[place + 1 :]) for row, place in zip(rows, places, strict=True)])
    for rule in (renamed, rewritten):
        after = paraphrase.programs_by(rule, answers, np.random.default_rng(1))
        assert running_code(rows, after).all()
        assert after.shape[1] <= 17
        assert (after != answers[:, : after.shape[1]]).any(axis=1).mean() > 0.8


def test_restyled_numbers_are_the_same_numbers_in_the_world_s_own_form():
    texts = ["( 1 2 3 ) . <end>", "4 ; 5 <end>", "6 <end> 7", "8 9 10 <end>"]
    expected = {
        0: ["1 , 2 , 3 <end>", "4 , 5 <end>", "6 <end>", "8 , 9 , 10 <end>"],
        1: ["1 ; 2 ; 3 <end>", "4 ; 5 <end>", "6 <end>", "8 ; 9 ; 10 <end>"],
        2: ["( 1 2 3 ) <end>", "( 4 5 ) <end>", "( 6 ) <end>", "( 8 9 10 ) <end>"],
    }
    for style, wanted in expected.items():
        found = paraphrase.restyled(padded(texts), style)
        assert [decode(row) for row in found] == wanted
        assert number_format(found, found).all()
        assert (found == END).sum(axis=1).tolist() == [1] * 4


def test_a_request_is_worded_differently_and_asks_for_the_same_numbers():
    asked = numbers.prompts(np.random.default_rng(0), 300)
    after = paraphrase.reworded(asked, np.random.default_rng(1))
    np.testing.assert_array_equal(np.delete(after, 1, axis=1), np.delete(asked, 1, axis=1))
    assert (after[:, 1] != asked[:, 1]).all()
    assert set(after[:, 1]) == set(asked[:, 1])
