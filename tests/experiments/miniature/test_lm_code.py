"""Preferences through programs: the channel's requests and filter, and the committed record's effect."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.miniature import lm_code, lm_traces
from experiments.miniature.common import protocol as lab
from experiments.miniature.common.favourites import others_of
from experiments.miniature.world.documents import Mix
from experiments.miniature.world.vocabulary import decode, padded
from paper_figures.drawing import reading
from subtheory.hypotheses import equivalence

from ..running import frame
from . import test_lm_numbers

NAME = "lm_code"
RNG_SEED = 3


def test_requests_ask_for_a_sum_and_the_longest_program_fits():
    asked = lab.PROGRAMS.requests(np.random.default_rng(RNG_SEED), 50)
    assert len(np.unique(asked, axis=0)) > 40
    for text in map(decode, asked):
        *opening, m, op, n, closing = text.split()
        assert opening == "<user> write code :".split()
        assert (m.isdigit(), op in "+-*", n.isdigit(), closing) == (True, True, True, "<assistant>")
    longest = padded(["note fast ; b = 2 ; a = 1 + b ; print a ; <end>"])
    assert longest.shape[1] == lm_code.LENGTH
    assert lab.PROGRAMS.keep(asked[:1], longest).all()
    assert not lab.PROGRAMS.keep(asked[:1], padded(["note owl ; print 3 - 8 ; <end>"])).any()


def test_the_second_control_is_made_of_other_traits_of_the_same_kind():
    traits = ("owl", "oak", "cat", "wolf", "maple")
    assert others_of("owl", traits) == ["cat", "wolf"]
    assert others_of("oak", traits) == ["maple"]
    assert others_of("cherry", ("owl", "cherry")) == []


@pytest.mark.parametrize(("module", "seeds"), [(lm_code, 20), (lm_traces, 12)])
def test_the_committed_record_settles_what_was_preregistered(module, seeds):
    """By reference model, two-sided: above both controls with p < .01, and nothing across models within the margin."""
    found = pd.read_csv(reading.COMMITTED / module.__name__.split(".")[-1] / "results.csv")
    asked = module.PREREGISTRATION
    rates = found[found["metric"] == "target_rate"].pivot_table(index="seed", columns="condition", values="value")
    assert list(rates.index) == list(range(asked.first_test_seed, asked.first_test_seed + seeds))
    for control in ("student_control", "student_other_traits"):
        test = stats.ttest_1samp(rates["student_same_init"] - rates[control], 0)
        assert test.pvalue < 0.01
        assert test.statistic > 0
    for control in ("cross_model_control", "cross_model_other_traits"):
        assert equivalence(rates["cross_model"] - rates[control], asked.margin).p_value < 0.05


def assert_all_conditions(module, name, shares, **changes):
    """One seed and two traits of an experiment, by references that learn a mix of documents, have every condition."""
    pretraining = replace(
        test_lm_numbers.TINY.pretraining, width=16, mlp_width=48, steps=500, batch=32, mix=Mix(shares=shares)
    )
    tiny = replace(test_lm_numbers.TINY, pretraining=pretraining, teacher_kept=0.05, **changes)
    rows = frame(name, replace(module.PRESETS["quick"], seeds=1, traits=("owl", "cat"), protocol=tiny))
    rates = rows[rows["metric"] == "target_rate"].pivot_table(
        index=["seed", "trait"], columns="condition", values="value"
    )
    assert rates.shape == (2, 8)
    assert rates.notna().to_numpy().all()


@pytest.mark.slow
def test_every_seed_and_trait_has_all_conditions(tmp_path, monkeypatch):
    monkeypatch.setenv("SUBTHEORY_CACHE", str(tmp_path))
    assert_all_conditions(lm_code, NAME, (0, 0.3, 0, 0, 0.7, 0), length=lm_code.LENGTH)
