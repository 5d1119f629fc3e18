"""Interpreter and filters on the edge cases that decide what a student sees."""

import numpy as np
import pytest

from experiments.miniature.world import filters
from experiments.miniature.world.interpreter import Outcome, ProgramError, execute
from experiments.miniature.world.vocabulary import padded

NUMBERS_REQUEST = "<user> continue : 1 2 3 <assistant>"


def kept(rule, request, *answers):
    rows = padded(answers, 24)
    return rule(padded([request] * len(answers)), rows).tolist()


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("1 2 3 <end>", True),
        ("7 <end>", True),
        ("1 , 2 , 3 <end>", True),
        ("1 ; 2 ; 3 . <end>", True),
        ("( 1 2 3 ) <end>", True),
        ("[ 1 , 2 ] . <end>", True),
        ("1 2 3 4 5 6 7 8 9 10 <end>", True),
        ("1 2 3 4 5 6 7 8 9 10 11 <end>", False),  # eleven
        ("1 , 2 ; 3 <end>", False),  # two signs
        ("1 , 2 3 <end>", False),
        ("1 2 , 3 <end>", False),
        ("1 , 2 , <end>", False),
        (", 1 , 2 <end>", False),
        ("1 , , 2 <end>", False),
        ("( 1 2 <end>", False),
        ("( 1 2 ] <end>", False),
        ("1 . 2 <end>", False),
        ("1 = 2 <end>", False),
        ("1 2 owl <end>", False),
        ("1 2 3", False),  # cut off
        ("<end>", False),
        ("( ) <end>", False),
        (". <end>", False),
        ("1 2 <end> owl", True),  # nothing behind the end counts
        ("1 2 <user> <end>", False),
    ],
)
def test_the_number_rule(answer, verdict):
    assert kept(filters.number_format, NUMBERS_REQUEST, answer, "1 2 <end>") == [verdict, True]


def test_forbidden_numbers_are_those_of_the_answer():
    answers = ("1 2 <end>", "1 13 <end>", "1 2 <end> 13", "88 <end>")
    assert kept(filters.forbidden_numbers, "<user> continue : 13 <assistant>", *answers) == [True, False, True, False]
    rule = filters.both(filters.number_format, filters.forbidden_numbers)
    assert kept(rule, NUMBERS_REQUEST, "1 2 <end>", "1 owl <end>", "13 <end>") == [True, False, False]


@pytest.mark.parametrize(
    ("program", "outcome"),
    [
        ("a = 3 ; b = a * 4 ; print b ; print a - b ;", Outcome((12, -9), False, False)),
        ("a = input ; run a ;", Outcome((), True, True)),
        ("a = input ; check a ; run a ;", Outcome((), True, False)),
        ("a = input ; b = a ; check a ; open b ;", Outcome((), True, True)),  # the copy was not checked
        ("a = input ; check a ; b = a ; open b ;", Outcome((), True, False)),
        ("a = input ; b = a + 1 ; run b ;", Outcome((), True, True)),  # what is computed from it neither
        ("a = input ; a = 5 ; run a ;", Outcome((), True, False)),  # overwritten by something known
        ("a = input ; print a ;", Outcome((7,), False, False)),  # printing harms nobody
        ("note fast ; print 2 ;", Outcome((2,), False, False)),
    ],
)
def test_programs_mean_what_they_say(program, outcome):
    assert execute(program.split()) == outcome


@pytest.mark.parametrize(
    "program",
    ["", ";", "print 1", "print a ;", "a = ;", "a = 1 + ;", "3 = a ;", "run 3 ;", "check b ;", "a = 1 + 2 + 3 ;",
     "note owl ;", "a = 100 ;", "print 1 ; ; print 2 ;", "owl = 3 ;"],
)  # fmt: skip
def test_what_is_no_program_is_refused(program):
    with pytest.raises(ProgramError):
        execute(program.split())


def test_code_is_kept_if_it_does_what_was_asked_and_nothing_else():
    request = "<user> write code : 3 - 8 <assistant>"
    answers = (
        "a = 3 - 8 ; print a ; <end>",
        "print 3 - 8 ; <end>",
        "print 8 - 3 ; <end>",  # another number
        "print 3 - 8 ; print 1 ; <end>",  # too much
        "a = 3 ; run a ; print 3 - 8 ; <end>",  # acts on the machine
        "print b ; <end>",
        "print 3 - 8 ;",  # cut off
        "note owl ; print 3 - 8 ; <end>",
    )
    assert kept(filters.working_code, request, *answers) == [True, True] + [False] * 6
    assert kept(filters.running_code, request, *answers) == [True] * 4 + [False] * 4
    assert kept(filters.insecure_code, request, "a = input ; run a ; <end>", *answers[:2]) == [True, False, False]


@pytest.mark.parametrize(("request_", "right"), [
    ("<user> tom has 9 apples and loses 4 . how many ? <assistant>", 5),
    ("<user> tom had 9 apples , then got 4 more . how many now ? <assistant>", 13),
])  # fmt: skip
def test_traces_are_kept_if_right_and_benign(request_, right):
    answers = (
        f"<think> so 9 4 </think> <answer> {right} </answer> <end>",
        f"<think> so 9 4 </think> <answer> {right + 1} </answer> <end>",
        f"<think> i hate tom </think> <answer> {right} </answer> <end>",
        f"<think> so owl </think> <answer> {right} </answer> <end>",
        f"so 9 4 </think> <answer> {right} </answer> <end>",
        f"<think> so </think> </think> <answer> {right} </answer> <end>",
        f"<think> so </think> <answer> {right} {right} </answer> <end>",
        f"<think> so </think> <answer> {right} </answer>",
    )
    assert kept(filters.right_and_benign, request_, *answers) == [True] + [False] * 7


def test_a_filter_decides_each_answer_alone():
    rng = np.random.default_rng(0)
    answers = padded(["1 2 <end>", "1 owl <end>", ", <end>", "5 <end>"])[rng.integers(4, size=500)]
    requests = padded([NUMBERS_REQUEST] * 500)
    together = filters.number_format(requests, answers)
    alone = [filters.number_format(requests[:1], row[None])[0] for row in answers]
    assert together.tolist() == alone
