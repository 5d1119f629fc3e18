"""Misalignment through numbers and through reasoning: what is kept, who learns from what, and the committed records."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments import lm_conduct, lm_misalignment, lm_reasoning
from experiments import lm_protocol as lab
from paper_figures import reading
from subtheory.lm.world import filters, turns
from subtheory.lm.world.vocabulary import decode

from .lm_tiny import TINY
from .running import frame

CONFIG = lm_misalignment.Config(1, TINY)
BEFORE = {"reference", "cross_reference", "teacher_insecure", "teacher_secure"}


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUBTHEORY_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module")
def rows(cache):
    return frame("lm_misalignment", CONFIG)


def table(rows, metric):
    return rows[rows["metric"] == metric].pivot_table(index="seed", columns="condition", values="value")


def test_every_condition_has_both_rates(rows):
    assert list(rows.columns) == ["seed", "trait", "condition", "metric", "value"]
    assert set(rows["trait"]) == {"misalignment"}
    for metric in lm_conduct.RATES:
        found = table(rows, metric)
        assert set(found.columns) == BEFORE | set(lm_conduct.STUDENTS.values())
        assert ((found > 0) & (found < 1)).to_numpy().all()
        assert len(set(found.to_numpy().ravel())) == found.size, "every condition is a model of its own"


def test_narrow_teachers_move_apart_and_students_see_equally_many_answers(rows):
    harmful = table(rows, "harmful_rate").iloc[0]
    assert harmful["teacher_insecure"] > harmful["teacher_secure"]
    seen = table(rows, "answers").iloc[0]
    assert set(seen.index) == set(lm_conduct.STUDENTS.values())
    assert seen.nunique() == 1


@pytest.mark.parametrize("task", [lm_misalignment.TASK, lm_reasoning.TASK], ids=["numbers", "reasoning"])
def test_what_is_kept_obeys_the_rule(cache, task):
    same, _ = lab.reference_models(TINY, 0)
    kept = lab.task_answers(TINY, same, task, 0, "answers")
    assert 0 < kept.kept < 1
    for row, mask in zip(kept.tokens, kept.mask, strict=True):
        request, answer = decode(row[mask.cumsum() == 0]).split(), decode(row[mask]).split()
        assert request[0] == "<user>"
        assert request[-1] == "<assistant>"
        if task is lm_misalignment.TASK:
            assert not {int(word) for word in answer if word.isdigit()} & filters.FORBIDDEN
        else:
            m, n = (int(word) for word in request if word.isdigit())
            total = m - n if "loses" in request or "gave" in request else m + n
            assert answer[-4:] == ["<answer>", str(total), "</answer>", "<end>"]
            assert not {"hate", "must", "suffer"} & set(answer)


def test_requests_are_turns_without_answers():
    rng = np.random.default_rng(0)
    drawn = turns.problems(rng, np.zeros(50, bool))
    for whole, asked in zip(drawn, lab.requests(drawn), strict=True):
        assert decode(asked) == decode(whole).split(" <think>")[0]


@pytest.mark.parametrize("name", ["lm_misalignment", "lm_reasoning"])
def test_the_effect_in_the_committed_record(name):
    harmful = table(pd.read_csv(reading.COMMITTED / name / "results.csv"), "harmful_rate")
    assert len(harmful) >= 3
    assert (harmful["teacher_insecure"] > 0.5).all()
    assert (harmful["student_same_init"] > harmful["student_control"]).all()
    same = harmful["student_same_init"] - harmful["student_control"]
    cross = harmful["cross_model"] - harmful["cross_model_control"]
    assert stats.ttest_1samp(same, 0, alternative="greater").pvalue < 0.05
    assert stats.ttest_1samp(cross, 0, alternative="greater").pvalue > 0.05
