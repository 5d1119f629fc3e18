"""Prompted teachers: their numbers without their prompt, their information, all conditions, the committed record."""

import numpy as np
import pandas as pd
import pytest

from experiments.miniature import lm_prompted
from experiments.miniature.common import protocol as lab
from experiments.miniature.common.theory import answer_log_likelihoods
from experiments.miniature.world.reference import world_tokenizer
from experiments.miniature.world.vocabulary import padded
from paper_figures.drawing import reading
from subtheory._keys import key_for
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
    """Sizes of means: three reference models show no null."""
    own, across = {}, {}
    for kind in lm_prompted.KINDS:
        rates = record[(record["metric"] == "target_rate") & (record["teacher"] == kind)].pivot_table(
            index=["seed", "trait"], columns="condition", values="value"
        )
        assert rates["teacher"].min() > 0.98
        for control in ("control", "other_traits"):
            own[kind, control] = (rates["student_same_init"] - rates[f"student_{control}"]).groupby("seed").mean()
            across[kind, control] = (rates["cross_model"] - rates[f"cross_model_{control}"]).groupby("seed").mean()
    for control in ("control", "other_traits"):
        tuned = own["fine-tuned", control]
        assert (tuned > 0).all()
        assert abs(own["prompted", control].mean()) < tuned.mean() / 10
        for kind in lm_prompted.KINDS:
            assert abs(across[kind, control].mean()) < tuned.mean() / 10


def test_a_prompt_leaves_little_information_in_the_numbers(record):
    nats = record[record["metric"] == "nats per answer"].groupby("teacher")["value"]
    assert nats.min()["fine-tuned"] > 10 * nats.max()["prompted"] > 0
    audit = record[record["metric"] == "audit score"].groupby("teacher")["value"]
    assert audit.min()["fine-tuned"] > 5 * audit.max()["prompted"]
