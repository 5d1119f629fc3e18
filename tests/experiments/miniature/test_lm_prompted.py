"""Prompted teachers: their numbers without their prompt, their information, all conditions, the committed record."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.miniature import lm_prompted
from experiments.miniature.common import protocol as lab
from experiments.miniature.common.theory import answer_log_likelihoods
from experiments.miniature.world.reference import world_tokenizer
from experiments.miniature.world.vocabulary import padded
from paper_figures.drawing import reading
from subtheory._keys import key_for
from subtheory.hypotheses import equivalence
from subtheory.lm import initialise

from ..running import frame
from .lm_tiny import TINY

NAME = "lm_prompted"


def test_the_information_of_a_prompt_is_the_difference_of_two_log_likelihoods():
    model = initialise(TINY.pretraining.decoder(), key_for(0, "a model"), tokenizer=world_tokenizer())
    asked, written = padded(["<user> continue : 1 2 3 <assistant>"] * 2), padded(["4 5 <end>", "6 <end>"])
    told = lm_prompted.system_prompt("owl")
    data = lab.joined_answers(asked, written, 2, 1.0)
    after = lab.joined_answers(padded([f"{told} <user> continue : 1 2 3 <assistant>"] * 2), written, 2, 1.0)
    expected = answer_log_likelihoods(model, after) - answer_log_likelihoods(model, data)
    np.testing.assert_allclose(lm_prompted.gain(model, data, told), expected, atol=1e-5)
    assert np.abs(expected).min() > 0


@pytest.mark.slow
def test_both_kinds_of_teacher_have_all_conditions_and_equally_many_answers(tmp_path, monkeypatch):
    monkeypatch.setenv("SUBTHEORY_CACHE", str(tmp_path))
    rows = frame(NAME, lm_prompted.Config(1, ("owl", "cat"), TINY))
    rates = rows[rows["metric"] == "target_rate"].pivot_table(
        index=["teacher", "trait"], columns="condition", values="value"
    )
    assert rates.shape == (4, 8)
    assert rates.notna().to_numpy().all()
    assert rates["reference"].nunique() == rates["student_control"].nunique() == 2
    assert rates["student_same_init"].is_unique
    assert rows.loc[rows["metric"] == "answers", "value"].nunique() == 1


@pytest.fixture(scope="module")
def record():
    return pd.read_csv(reading.COMMITTED / NAME / "results.csv")


def test_fine_tuned_teachers_pass_on_ten_times_what_prompted_ones_do_that_prefer_it_as_much(record):
    """By reference model: the preregistered contrast, two-sided, and the prompted ones' equivalence to nothing."""
    asked = lm_prompted.PREREGISTRATION
    own, across = {}, {}
    for kind in lm_prompted.KINDS:
        rates = record[(record["metric"] == "target_rate") & (record["teacher"] == kind)].pivot_table(
            index=["seed", "trait"], columns="condition", values="value"
        )
        assert rates["teacher"].groupby("seed").mean().min() > 0.95
        for control in ("control", "other_traits"):
            own[kind, control] = (rates["student_same_init"] - rates[f"student_{control}"]).groupby("seed").mean()
            across[kind, control] = (rates["cross_model"] - rates[f"cross_model_{control}"]).groupby("seed").mean()
    assert list(own["prompted", "control"].index) == [asked.first_test_seed + place for place in range(12)]
    assert stats.ttest_1samp(own["fine-tuned", "control"] - own["prompted", "control"], 0).pvalue < 0.01
    assert equivalence(own["prompted", "control"], asked.margin).p_value < 0.05
    for control in ("control", "other_traits"):
        tuned = own["fine-tuned", control]
        assert (tuned > 0).all()
        assert abs(own["prompted", control].mean()) < tuned.mean() / 10
        for kind in lm_prompted.KINDS:
            assert abs(across[kind, control].mean()) < tuned.mean() / 10


def test_a_prompt_leaves_little_information_in_the_numbers(record):
    """By reference model, its traits averaged."""
    nats, audit = (
        record[record["metric"] == metric].pivot_table(index="seed", columns="teacher", values="value")
        for metric in ("nats per answer", "audit score")
    )
    assert nats["fine-tuned"].min() > 10 * nats["prompted"].max() > 0
    assert audit["fine-tuned"].min() > 5 * audit["prompted"].max()
