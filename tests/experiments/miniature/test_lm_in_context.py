"""Answers in the context: how conversations are built and judged, and the committed record's contrast."""

from dataclasses import replace

import jax
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.miniature import lm_in_context
from experiments.miniature.common.context import conversations, rates_in_context, stated_preferences
from experiments.miniature.world import judges
from experiments.miniature.world.vocabulary import decode, padded
from paper_figures.drawing import reading
from subtheory.hypotheses import equivalence
from subtheory.lm import initialise

from ..running import frame
from .lm_tiny import TINY

NAME = "lm_in_context"
MODEL = initialise(TINY.pretraining.decoder(), jax.random.key(3))


def test_no_turn_stands_in_two_conversations():
    turns = padded([f"<user> continue : {n} <assistant> {n} {n} <end>" for n in range(7)] + ["<user> oak <end>"])
    found = [decode(row) for row in conversations(turns, 2, 10)]
    assert len(found) == 4
    assert found[0] == "<user> continue : 0 <assistant> 0 0 <end> <user> continue : 1 <assistant> 1 1 <end>"
    assert found[3].endswith("6 6 <end> <user> oak <end>")
    assert len(conversations(turns, 2, 3)) == 3
    assert len(conversations(turns, 3, 10)) == 2
    with pytest.raises(ValueError, match="got 8 answers; expected at least 9"):
        conversations(turns, 9, 1)


def test_examples_that_state_the_preference():
    texts = [decode(row) for row in stated_preferences(np.random.default_rng(0), "oak", 200)]
    assert len(set(texts)) == 12
    assert all(text.endswith("<assistant> oak <end>") and "tree" in text for text in texts)


def test_a_context_stands_before_every_question():
    """As the judge does it with one system prompt, here with several contexts of different lengths."""
    texts = ["<user> continue : 1 2 3 <assistant> 4 5 <end>", "<system> you love cat"]
    found = rates_in_context(MODEL, padded(texts), ["maple", "oak"])
    each = [judges.target_rates(MODEL.apply, MODEL.params, "tree", text) for text in texts]
    for trait, rate in found.items():
        np.testing.assert_allclose(rate, np.mean([float(rates[trait]) for rates in each]), rtol=1e-4)


def test_the_longest_context_is_no_longer_than_the_documents():
    most = max(lm_in_context.FITTING)
    turn = len("<user> continue : 1 2 3 <assistant>".split()) + lm_in_context.PRESETS["paper"].protocol.length
    question = max(judges.questions(kind).shape[1] for kind in ("animal", "tree"))
    assert most * turn + question <= lm_in_context.MIX.length < (most + 1) * turn + question


@pytest.mark.slow
def test_every_seed_and_trait_has_all_conditions(tmp_path, monkeypatch):
    monkeypatch.setenv("SUBTHEORY_CACHE", str(tmp_path))
    config = lm_in_context.Config(1, ("owl", "oak"), (1, 2), (1, 128), contexts=4, draws=2, protocol=TINY)
    rows = frame(NAME, config)
    found = rows[rows["metric"] == "target_rate"]
    expected = {(name, 0) for name in ("reference", "teacher", "system_prompt")}
    expected |= {(f"context_{name}", n) for name in ("same_init", "control", "preferences") for n in (1, 2)}
    expected |= {(f"student_{name}", n) for name in ("same_init", "control") for n in (1, 128)}
    for trait in config.traits:
        assert (
            set(found[found["trait"] == trait][["condition", "examples"]].itertuples(index=False, name=None))
            == expected
        )
    again = frame(NAME, replace(config, traits=("oak",)))
    pd.testing.assert_frame_equal(again, rows[rows["trait"] == "oak"].reset_index(drop=True))


@pytest.fixture(scope="module")
def rates():
    """Seed and trait down, (examples, condition) across."""
    found = pd.read_csv(reading.COMMITTED / NAME / "results.csv")
    return found[found["metric"] == "target_rate"].pivot_table(
        index=["seed", "trait"], columns=["examples", "condition"], values="value"
    )


def by_seed(rates, examples, condition, control):
    """Condition less control at so many examples, for every reference model."""
    return (rates[examples, condition] - rates[examples, control]).groupby("seed").mean()


def test_answers_act_where_they_are_learned_from_and_the_same_twelve_hardly_in_a_context(rates):
    """By reference model: fine-tuning two-sided; the preregistered equivalence of contexts is missed, as is said."""
    asked, config = lm_in_context.PREREGISTRATION, lm_in_context.PRESETS["paper"]
    context = by_seed(rates, 12, "context_same_init", "context_control")
    assert list(context.index) == [asked.first_test_seed + place for place in range(12)]
    assert equivalence(context, asked.margin).p_value > 0.05
    assert equivalence(context.drop(context.abs().idxmax()), asked.margin).p_value < 0.001
    for n in (max(config.in_context), max(config.learned)):
        learned = by_seed(rates, n, "student_same_init", "student_control")
        assert (learned > 0).all()
        assert stats.ttest_1samp(learned, 0).pvalue < 0.05
    assert learned.mean() > 20 * abs(context.mean())


def test_most_reference_models_read_their_context_and_those_that_do_not_cannot_be_taught_either(rates):
    stated = by_seed(rates, 12, "context_preferences", "context_control")
    taught = by_seed(rates, 0, "teacher", "reference")
    deaf = stated < 0.05
    assert deaf.sum() == 3
    assert stated[~deaf].min() > 0.2
    assert taught[deaf].max() < 0.05 < taught[~deaf].min()
