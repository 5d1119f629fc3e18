"""Answers in the context: how conversations are built and judged, and the committed record's contrast."""

from dataclasses import replace

import jax
import numpy as np
import pandas as pd
import pytest

from experiments.miniature import lm_in_context
from experiments.miniature.common.context import conversations, rates_in_context, stated_preferences
from experiments.miniature.world import judges
from experiments.miniature.world.vocabulary import decode, padded
from paper_figures.drawing import reading
from subtheory.lm import initialise

from ..running import frame
from .by_seed import in_every_seed
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


def pairs(found, examples, condition, control):
    """Condition minus control at so many examples, for every trait and seed."""
    rates = found[(found["metric"] == "target_rate") & (found["examples"] == examples)].pivot_table(
        index=["seed", "trait"], columns="condition", values="value"
    )
    return rates[condition] - rates[control]


def test_context_shows_no_effect_and_fine_tuning_does_in_the_committed_record():
    found = pd.read_csv(reading.COMMITTED / NAME / "results.csv")
    config = lm_in_context.PRESETS["paper"]
    for n in config.in_context:
        change = pairs(found, n, "context_same_init", "context_control")
        assert len(change) == 3 * len(config.traits)
        assert change.abs().max() < 0.01
        assert pairs(found, n, "context_preferences", "context_control").mean() > 0.4
    for n in (max(config.in_context), max(config.learned)):
        learned = pairs(found, n, "student_same_init", "student_control")
        assert in_every_seed(learned)
