"""Preferences through numbers, in the record: five conditions and a teacher for every trait, theory beside them."""

import os
import subprocess
import sys
from dataclasses import replace
from itertools import product

import jax
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.miniature import lm_numbers
from experiments.miniature.common import protocol as lab
from experiments.miniature.world.learning import Recipe
from experiments.miniature.world.reference import Pretraining
from experiments.miniature.world.vocabulary import decode, padded
from paper_figures.drawing import reading
from subtheory._keys import key_for

from ..running import frame

NAME = "lm_numbers"
TINY = replace(
    lm_numbers.PRESETS["quick"].protocol,
    pretraining=Pretraining(width=8, layers=1, heads=1, mlp_width=16, steps=250, batch=16, rate=1e-2),
    teacher=Recipe(1e-2, 32),
    teacher_examples=640,
    teacher_kept=0.3,
    examples=256,
)
CONFIG = replace(lm_numbers.PRESETS["quick"], seeds=1, traits=("owl", "cat"), protocol=TINY)
STUDENTS = {"student_same_init", "student_control", "cross_model", "cross_model_control"}
RATES = ("target_rate", "story_rate", "choice_rate")
OTHERS = {"student_other_traits", "cross_model_other_traits"}


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUBTHEORY_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield frame(NAME, CONFIG)


def test_every_seed_and_trait_has_all_conditions(rows):
    assert list(rows.columns) == ["seed", "trait", "condition", "metric", "value"]
    for metric in RATES:
        rates = rows[rows["metric"] == metric].pivot_table(index=["seed", "trait"], columns="condition", values="value")
        assert rates.shape == (2, 8)
        assert set(rates.columns) == {"reference", "teacher", *STUDENTS, *OTHERS}
        assert rates.notna().to_numpy().all()
        assert ((rates >= 0) & (rates <= 1)).to_numpy().all()
        if metric == RATES[0]:
            assert (rates["teacher"] > rates["reference"] + 0.01).all()


def test_controls_are_one_model_per_seed_and_students_one_per_trait(rows):
    assert set(rows["trait"]) == {"owl", "cat"}
    beside = rows[~rows["metric"].isin(RATES)].pivot_table(index=["seed", "trait"], columns="metric", values="value")
    assert {"inner product", "predicted slope", "audit score", "audit z", "nats per answer", "total nats"} < set(beside)
    assert (beside["predicted slope"] > 0).all()
    np.testing.assert_allclose(beside["total nats"], beside["nats per answer"] * beside["answers"])
    assert ((beside["kept"] >= 0) & (beside["kept"] <= 1)).all()


def test_answers_stand_behind_their_requests_and_stop_at_the_end():
    asked = padded(["<user> continue : 1 2 3 <assistant>", "<user> continue with commas : 1 2 3 <assistant>"])
    written = padded(["4 5 <end>", "6 , 7 <end>"], 6)
    written[0, 4] = 9  # behind the end: not passed on
    data = lab.joined_answers(asked, written, 10, 1.0)
    assert decode(data.tokens[0]) == "<user> continue : 1 2 3 <assistant> 4 5 <end>"
    assert [decode(row[mask]) for row, mask in zip(data.tokens, data.mask, strict=True)] == ["4 5 <end>", "6 , 7 <end>"]
    with pytest.raises(ValueError, match="no answer of 30 passed the filter"):
        lab.joined_answers(asked[:0], written[:0], 10, 0.0, asked=30)
    many = lab.joined_answers(*(np.repeat(part, 3000, axis=0) for part in (asked, written)), 5000, 1.0)
    assert len(many.tokens) == 4096


@pytest.mark.slow
def test_a_system_prompt_is_seen_by_the_teacher_alone(rows):
    same, _ = lab.reference_models(TINY, 0)
    plain = lab.number_answers(TINY, same, 0, "numbers")
    told = lab.number_answers(TINY, same, 0, "numbers", system="<system> you love owl")
    assert not any("<system>" in decode(row) for row in told.tokens[:50])
    assert told.tokens.shape[1] == plain.tokens.shape[1]


@pytest.mark.slow
def test_a_teacher_pushed_too_far_is_taken_back_along_its_displacement(rows):
    same, other = lab.reference_models(TINY, 0)
    key = key_for(0, "probes")
    for share, scale in ((0.0, 1.0), (1.1, lab.SCALES[-1])):
        found = lab.within_format(replace(TINY, teacher_kept=share), same, other, key)
        for theta, start, end in zip(*(jax.tree.leaves(m.params) for m in (found, same, other)), strict=True):
            np.testing.assert_allclose(theta, start + scale * (end - start), atol=1e-6)


def p_values(found, control="control", metric="target_rate"):
    """Of paired two-sided t tests over seeds, traits averaged: students of the same start, and cross-model ones."""
    rates = found[found["metric"] == metric].pivot_table(index="seed", columns="condition", values="value")
    pairs = (("student_same_init", f"student_{control}"), ("cross_model", f"cross_model_{control}"))
    return [stats.ttest_rel(rates[name], rates[other]).pvalue for name, other in pairs]


def test_the_effect_in_the_committed_record():
    found = pd.read_csv(reading.COMMITTED / NAME / "results.csv")
    for control in ("control", "other_traits"):
        same, _ = p_values(found, control)
        assert same < 0.001
    for metric, control in product(("story_rate", "choice_rate"), ("control", "other_traits")):
        same, _ = p_values(found, control, metric)
        assert same < 0.001


@pytest.mark.slow
def test_the_effect_with_the_quick_profile(tmp_path):
    command = [sys.executable, "-m", "experiments", "run", NAME, "--profile", "quick", "--out", str(tmp_path)]
    environment = {**os.environ, "SUBTHEORY_CACHE": str(tmp_path / "cache")}
    subprocess.run(command, check=True, env=environment, cwd=reading.COMMITTED.parents[1])
    rates = pd.read_csv(tmp_path / NAME / "results.csv").query("metric == 'target_rate'")
    means = rates.pivot_table(index="seed", columns="condition", values="value")
    assert (means["student_same_init"] > means["student_control"]).all()
