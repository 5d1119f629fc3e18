"""Whole data sets, scores and students: what a record holds, and what the committed one shows."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.audits import lm_rivals
from experiments.audits.lm_rivals import LESSONS
from paper_figures.drawing import foretelling, reading

from ..miniature.lm_tiny import TINY
from ..running import frame

NAME = "lm_rivals"
SCORES = {
    "audit", "audit, displacement", "coverage", "likelihood ratio", "prompted likelihood", "mean representation",
}  # fmt: skip


@pytest.mark.slow
def test_every_data_set_has_all_scores_and_its_student(tmp_path, monkeypatch):
    monkeypatch.setenv("SUBTHEORY_CACHE", str(tmp_path))
    config = replace(
        lm_rivals.PRESETS["quick"], traits=("owl", "oak"), protocol=TINY, foreign=TINY.pretraining, read=64
    )
    rows = frame(NAME, config)
    assert np.isfinite(rows["value"]).all()
    sets = rows.groupby(["lesson", "taught", "trait"])
    assert set(rows["lesson"]) == set(LESSONS)
    assert len(sets) == len(LESSONS) * 4
    for _, one in sets:
        assert set(one[one["metric"] == "score"]["condition"]) == SCORES
        assert sorted(one[one["metric"] == "change"]["condition"]) == ["student", "teacher"]
    assert rows[rows["metric"] == "change"]["value"].abs().le(1).all()


@pytest.fixture(scope="module")
def pairs():
    return foretelling.pairs(reading.read(NAME, columns=("trait", "taught", "lesson")))


def planted(score):
    """Two seeds of every lesson and pair, in which the taught trait alone changes, by one, and has this score."""
    names = ["seed", "lesson", "taught", "trait"]
    index = pd.MultiIndex.from_product([(0, 1), LESSONS, ("cat", "oak"), ("cat", "oak")], names=names)
    same = (index.get_level_values("taught") == index.get_level_values("trait")).astype(float)
    return pd.DataFrame({**{name: score(same) for name in SCORES}, "teacher": same, "student": same}, index=index)


def test_a_perfect_score_names_orders_and_foretells_and_its_opposite_does_not():
    for sign in (1, -1):
        found = planted(lambda same, sign=sign: 3 * sign * same)
        assert (foretelling.named(found) == (sign > 0)).all(axis=None)
        np.testing.assert_allclose(foretelling.order(found)[sorted(SCORES)], sign)
        np.testing.assert_allclose(foretelling.errors(found)[sorted(SCORES)], 0, atol=1e-12)  # a line may fall
    wrong = foretelling.errors(found)
    np.testing.assert_allclose(wrong[foretelling.NOTHING], 0.5)
    np.testing.assert_allclose(wrong[foretelling.SHARE], 0.55 / 2)


def test_no_lesson_is_foretold_from_itself(pairs):
    """Against the normal equation of the seed's three other lessons."""
    seed = pairs.loc[[pairs.index.get_level_values("seed")[0]]]
    off = []
    for lesson in LESSONS:
        here = seed.index.get_level_values("lesson") == lesson
        x, y = seed["coverage"][~here], seed["student"][~here]
        off += list(np.abs(seed["coverage"][here] * (x @ y) / (x @ x) - seed["student"][here]))
    assert foretelling.errors(seed)["coverage"].iloc[0] == pytest.approx(np.mean(off))


def test_what_the_committed_record_shows_of_names(pairs):
    """By reference model: knowing the teacher is better than not, and a sentence or questions better than chance."""
    right = foretelling.named(pairs)
    for name in ("audit, displacement", "coverage", "likelihood ratio"):
        assert right[name].mean() > 0.9
        assert stats.ttest_1samp(right[name] - right["audit"], 0).pvalue < 0.01
    for name in ("audit", "prompted likelihood"):
        assert stats.ttest_1samp(right[name] - 1 / 3, 0).pvalue < 0.01


def test_what_the_committed_record_shows_of_sizes(pairs):
    """Nothing passes by the lessons in which a premise is broken, and no score errs less than who foretells nothing."""
    passed = {lesson: kinds["taught"] for lesson, kinds in foretelling.passed(pairs).items()}
    assert all((values > 0).all() == (lesson == "numbers") for lesson, values in passed.items())
    assert stats.ttest_1samp(passed["numbers"], 0).pvalue < 1e-3
    for lesson in ("prompted", "foreign"):
        assert passed[lesson].mean() < passed["quarter"].mean() < passed["numbers"].mean()
    wrong = foretelling.errors(pairs)
    assert wrong[foretelling.NOTHING].mean() < wrong[sorted(SCORES)].mean().min()
