"""Detection and filtering: what a classifier can and cannot see, and rows for every severity."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.miniature import lm_detection
from experiments.miniature.common import classifier
from experiments.miniature.common.protocol import Answers
from experiments.miniature.world.vocabulary import FIRST_NUMBER, words
from paper_figures.drawing import reading
from paper_figures.miniature.lm_detection import transfer
from subtheory.hypotheses import equivalence

from ..running import frame
from .lm_tiny import TINY

CONFIG = lm_detection.Config(1, ("owl",), replace(TINY, examples=1024), severities=(0.0, 0.5))
ASKED = 3


def drawn(seed, share, n=1000):
    """Answers of four numbers, a share of which are forty; requests of three numbers."""
    rng = np.random.default_rng(seed)
    tokens = FIRST_NUMBER + rng.integers(40, size=(n, ASKED + 4))
    tokens[:, ASKED:][rng.random((n, 4)) < share] = FIRST_NUMBER + 40
    return Answers(tokens.astype(np.int32), np.tile(np.arange(ASKED + 4) >= ASKED, (n, 1)), 1.0)


def test_counts_are_of_words_and_neighbours_in_answers_alone():
    one = Answers(np.array([[9, 9, 7, 8, 7, 8]], np.int32), np.array([[False, False, True, True, True, True]]), 1.0)
    table = classifier.counts(one)
    V = len(words())
    assert table.shape == (1, V + V * V)
    found = dict(zip(table.indices.tolist(), table.data.tolist(), strict=True))
    assert {column: found[column] for column in (7, 8)} == {7: 2.0, 8: 2.0}
    assert found[V + V * 7 + 8] == 2.0
    assert found[V + V * 8 + 7] == 1.0
    assert len(found) == 4


@pytest.mark.parametrize(("share", "best"), [(0.0, 0.5), (0.3, (1 + 1 - 0.7**4) / 2)])
def test_the_classifier_is_as_good_as_can_be_and_at_chance_where_nothing_is_to_be_seen(share, best):
    ours, theirs, again, own = (drawn(seed, part) for seed, part in enumerate((share, 0.0, share, 0.0)))
    judge = classifier.classifier(ours, theirs, 30.0)
    right, verdicts = classifier.accuracy(judge(again), judge(own))
    assert verdicts == 2000
    assert stats.binomtest(right, verdicts, best).pvalue > 1e-4  # one false alarm in ten thousand


def test_no_request_is_on_both_sides():
    sets = [drawn(0, 0.1), drawn(1, 0.1)]
    sets = [replace(one, tokens=FIRST_NUMBER + one.tokens % 7) for one in sets]
    train = classifier.split(*sets)
    inside, outside = (
        {tuple(row[:ASKED]) for one, here in zip(sets, train, strict=True) for row in one.tokens[here == side]}
        for side in (True, False)
    )
    assert len(inside) > 50
    assert len(outside) > 150
    assert not inside & outside


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUBTHEORY_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield frame("lm_detection", CONFIG)


@pytest.mark.slow
def test_rows_for_every_judge_and_severity(rows):
    seen = rows[rows["metric"] == "accuracy"].groupby("trait")["condition"].agg(set)
    assert seen["owl"] == {*lm_detection.RULES, "predicted"}
    assert seen["nothing"] == {"classifier"}
    students = rows[rows["condition"].str.contains("numbers, ")]
    rates = students[students["metric"] == "target_rate"].pivot_table(
        index="dropped", columns="condition", values="value"
    )
    assert rates.shape == (2, 2 * len(lm_detection.RULES))
    for who in ("teacher", "control"):
        ours = rates[[f"{who}'s numbers, {rule}" for rule in lm_detection.RULES]]
        assert ours.loc[0.0].nunique() == 1
        assert ours.loc[0.5].nunique() == len(lm_detection.RULES)
    assert students[students["metric"] == "answers"]["value"].nunique() == 1
    gap = rows[rows["metric"].isin(["predicted gap", "realised gap"])]
    assert len(gap) == 4 * len(lm_detection.RULES)
    assert (gap[gap["metric"] == "predicted gap"]["value"] > 0).all()


def test_detection_in_the_committed_record():
    """What the docs say: above chance, below the likelihood ratio, at chance where there is nothing to be seen."""
    found = pd.read_csv(reading.COMMITTED / "lm_detection" / "results.csv")
    right, verdicts = (
        found[found["metric"] == metric].pivot_table(index=["trait", "seed"], columns="condition", values="value")
        for metric in ("accuracy", "verdicts")
    )
    nothing = right.loc["nothing", "classifier"] * (n := verdicts.loc["nothing", "classifier"])
    tests = [
        stats.binomtest(round(hits), int(all_of_them)).pvalue for hits, all_of_them in zip(nothing, n, strict=True)
    ]
    assert min(tests) > 1e-3 / len(tests)
    taught = right.drop("nothing")
    assert (taught["classifier"].groupby("seed").mean() > 0.55).all()
    assert (taught["classifier"] <= taught["likelihood ratio"] + 0.005).all()
    assert (found[found["metric"] == "realised gap"]["value"] > 0).all()


def test_what_filters_leave_in_the_committed_record():
    """By seed: the classifier's filter costs nothing within the margin, the score's takes a good part."""
    record, plan = reading.read("lm_detection"), lm_detection.PREREGISTRATION
    left = {rule: transfer(record, rule).T.groupby("seed").mean() for rule in lm_detection.RULES}
    kept = left["classifier"][0.75]
    assert list(kept.index) == list(range(plan.first_test_seed, plan.first_test_seed + 12))
    assert stats.ttest_1samp(kept, 0).pvalue < 0.01
    assert equivalence(kept - left["classifier"][0.0], plan.margin).p_value < 0.01
    for rule in ("score", "likelihood ratio"):
        taken = left[rule][0.0] - left[rule][0.75]
        assert stats.ttest_1samp(taken, 0).pvalue < 0.02
        assert taken.mean() > 0
