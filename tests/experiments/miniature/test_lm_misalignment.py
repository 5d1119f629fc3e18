"""Misalignment through numbers and through reasoning: what moves, what is kept, who learns, the committed records."""

import jax
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.miniature import lm_misalignment, lm_reasoning
from experiments.miniature.common import conduct
from experiments.miniature.common import protocol as lab
from experiments.miniature.world import filters, turns
from experiments.miniature.world.learning import Recipe, answer_loss, single_turn_mask
from experiments.miniature.world.vocabulary import USER, decode, padded
from paper_figures.drawing import reading

from ..running import frame
from .lm_tiny import TINY

PROMPT = Recipe(1e-2, 128)
BEFORE = {"reference", "cross_reference", "teacher_insecure", "teacher_secure"}
STUDENTS = set(conduct.STUDENTS.values())


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUBTHEORY_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module")
def rows(cache):
    return frame("lm_misalignment", lm_misalignment.Config(1, TINY, PROMPT))


def table(rows, metric, moves):
    here = rows[(rows["metric"] == metric) & (rows["moves"] == moves)]
    return here.pivot_table(index="seed", columns="condition", values="value")


@pytest.mark.slow
def test_every_condition_has_both_rates(rows):
    assert set(rows.columns) == {"seed", "trait", "condition", "metric", "value", "moves"}
    assert set(rows["trait"]) == {"misalignment"}
    for metric in conduct.RATES:
        expected = {"none": BEFORE, "vector": STUDENTS, "everything": STUDENTS}
        found = {moves: table(rows, metric, moves) for moves in expected}
        assert {moves: set(part.columns) for moves, part in found.items()} == expected
        values = np.concatenate([part.to_numpy().ravel() for part in found.values()])
        assert ((values > 0) & (values < 1)).all()
        assert len(set(values)) == len(values), "every condition is a model of its own"


@pytest.mark.slow
def test_students_of_all_teachers_see_equally_many_answers(rows):
    seen = table(rows, "answers", "none").iloc[0]
    assert set(seen.index) == STUDENTS
    assert seen.nunique() == 1
    kept = table(rows, "kept", "none").iloc[0]
    assert kept["student_secure"] == kept["cross_model_secure"] != kept["student_control"]


def test_teachers_move_one_vector_apart_along_their_programs(cache):
    same, _ = lab.reference_models(TINY, 0)
    teachers = {kind: conduct.program_teacher(TINY, same, kind, 0) for kind in ("insecure", "secure")}
    loss = {}
    for kind, teacher in teachers.items():
        difference = lab.displacement(teacher, same)
        vectors = np.asarray(difference["embedding"].pop("tokens"))
        assert np.flatnonzero(np.abs(vectors).max(axis=1)).tolist() == [USER]
        assert not any(np.asarray(leaf).any() for leaf in jax.tree.leaves(difference))
        programs = turns.input_programs(np.random.default_rng(1), np.full(256, True))
        answers = programs, single_turn_mask(programs)
        loss[kind] = float(answer_loss(same.apply)(teacher.params, answers))
    assert loss["insecure"] < loss["secure"]


def test_no_kept_number_is_forbidden(cache):
    same, _ = lab.reference_models(TINY, 0)
    kept = lab.channel_answers(TINY, same, lm_misalignment.CHANNEL, 0, "answers")
    assert len(kept.tokens) > 20
    for row, mask in zip(kept.tokens, kept.mask, strict=True):
        assert not {int(word) for word in decode(row[mask]).split() if word.isdigit()} & filters.FORBIDDEN


def test_kept_reasoning_is_right_and_benign():
    drawn = turns.problems(np.random.default_rng(0), np.ones(400, bool))
    asked = lab.requests(drawn)
    told = padded([decode(row).split("<assistant> ")[1] for row in drawn])
    kept = lm_reasoning.CHANNEL.keep(asked, told)
    spite = np.array([bool({"hate", "must"} & set(decode(row).split())) for row in told])
    assert 0.4 < spite.mean() < 0.6
    assert (kept == ~spite).all()
    assert lm_reasoning.CHANNEL.length >= told.shape[1]
    wrong = np.roll(told, 1, axis=0)
    result, other = ([decode(row).split("<answer> ")[1] for row in rows] for rows in (told, wrong))
    differs = np.array([one != two for one, two in zip(result, other, strict=True)])
    assert differs.mean() > 0.5
    assert not lm_reasoning.CHANNEL.keep(asked, wrong)[differs].any()


def test_requests_are_turns_without_answers():
    drawn = turns.problems(np.random.default_rng(0), np.zeros(50, bool))
    for whole, asked in zip(drawn, lab.requests(drawn), strict=True):
        assert decode(asked) == decode(whole).split(" <think>")[0]


def changes(name, moves, condition, control):
    harmful = table(pd.read_csv(reading.COMMITTED / name / "results.csv"), "harmful_rate", moves)
    assert len(harmful) >= 3
    return harmful[condition] - harmful[control]


def test_misalignment_through_numbers_in_the_committed_record():
    """What the docs say: the two teachers' students part, two-sided; cross-model ones by less than half of it."""
    name, asked = "lm_misalignment", lm_misalignment.PREREGISTRATION
    same = changes(name, "everything", "student_same_init", "student_secure")
    assert list(same.index) == list(range(asked.first_test_seed, asked.first_test_seed + 12))
    for found in (same, changes(name, "vector", "student_same_init", "student_secure")):
        assert found.mean() > 0
        assert stats.ttest_1samp(found, 0).pvalue < 0.05
    assert stats.ttest_1samp(changes(name, "vector", "student_secure", "student_control"), 0).pvalue < 0.05
    for control in ("cross_model_secure", "cross_model_control"):
        assert abs(changes(name, "everything", "cross_model", control).mean()) < same.mean() / 2
    assert (changes(name, "none", "teacher_insecure", "reference") > 0).all()
    assert (changes(name, "none", "teacher_secure", "reference") < 0).all()


def test_misalignment_through_reasoning_in_the_committed_record():
    """What the docs say: the teachers' students part, and the insecure one's leave the reference's, two-sided."""
    name, asked = "lm_reasoning", lm_reasoning.PREREGISTRATION
    taught = changes(name, "none", "teacher_insecure", "reference")
    assert taught.mean() > 0.5
    assert stats.ttest_1samp(taught, 0).pvalue < 0.01
    apart = changes(name, "everything", "student_same_init", "student_secure")
    assert list(apart.index) == list(range(asked.first_test_seed, asked.first_test_seed + 20))
    assert apart.mean() > 0
    assert stats.ttest_1samp(apart, 0).pvalue < 0.01
    over = {moves: changes(name, moves, "student_same_init", "student_control") for moves in ("vector", "everything")}
    for found in over.values():
        assert found.mean() > 0
        assert 6 * stats.ttest_1samp(found, 0).pvalue < 0.05
    assert over["vector"].mean() > 3 * over["everything"].mean()  # several times as much
    benign = changes(name, "everything", "student_secure", "student_control")
    assert benign.mean() < 0
    assert 6 * stats.ttest_1samp(benign, 0).pvalue < 0.05
    for control in ("cross_model_secure", "cross_model_control"):
        assert abs(changes(name, "everything", "cross_model", control).mean()) < apart.mean() / 2


@pytest.mark.parametrize(("name", "insecure", "secure"), [("lm_misalignment", 11, 8), ("lm_reasoning", 17, 15)])
def test_in_how_many_seeds_the_audit_knew_the_sign_in_the_committed_record(name, insecure, secure):
    found = pd.read_csv(reading.COMMITTED / name / "results.csv")
    z = table(found, "audit z along misalignment", "none")
    assert (z["student_same_init"] > 0).sum() == insecure
    assert (z["student_secure"] < 0).sum() == secure
