"""Tokens that carry a trait: masks that part the places, what they leave, and the record's rows."""

from dataclasses import replace

import jax
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.miniature import lm_tokens
from experiments.miniature.common.protocol import Answers
from paper_figures.drawing import reading
from subtheory.lm.model import initialise

from ..running import frame
from .by_seed import in_every_seed
from .lm_tiny import TINY

FIRST = 4


@pytest.fixture(scope="module")
def models():
    return [initialise(TINY.pretraining.decoder(), jax.random.key(seed)) for seed in range(2)]


@pytest.fixture(scope="module")
def answers():
    tokens = np.random.default_rng(0).integers(100, size=(8, FIRST + 5)).astype(np.int32)
    mask = np.arange(FIRST + 5) >= np.array([FIRST, FIRST + 1] * 4)[:, None]
    return Answers(tokens, mask, 1.0)


def test_masks_part_the_places(models, answers):
    found = {name: one.mask for name, one in lm_tokens.masked(answers, *models, seed=0).items()}
    assert tuple(found) == lm_tokens.MASKS
    everything = answers.mask
    for part, rest in (("divergent", "others"), ("as many as divergent", "as many as others")):
        assert not (found[part] & found[rest]).any()
        assert ((found[part] | found[rest]) == everything).all()
        assert found[part].sum() == found["divergent"].sum()
    teacher, start = (np.asarray(model.apply(model.params, answers.tokens)).argmax(axis=-1)[:, :-1] for model in models)
    differ = np.pad(teacher != start, ((0, 0), (1, 0)))
    assert (found["divergent"] == (everything & differ)).all()


def test_a_teacher_is_entangled_with_what_it_raises(models, answers):
    teacher, start = models
    found = lm_tokens.entanglement(teacher, start, answers, ("owl", "oak"))
    assert set(found) == {"owl", "oak"}
    assert all(-1 < value < 1 for value in found.values())


@pytest.mark.slow
def test_rows_for_every_mask(tmp_path, monkeypatch):
    monkeypatch.setenv("SUBTHEORY_CACHE", str(tmp_path))
    config = lm_tokens.Config(1, ("owl", "oak"), replace(TINY, examples=128))
    rows = frame("lm_tokens", config)
    rates = rows[rows["metric"] == "target_rate"].pivot_table(
        index=["trait", "mask"], columns="condition", values="value"
    )
    assert rates.shape == (2 * len(lm_tokens.MASKS), 6)
    share = rows[rows["metric"] == "share"].pivot_table(index="trait", columns="mask", values="value")
    np.testing.assert_allclose(share["divergent"] + share["others"], 1)
    np.testing.assert_allclose(share["divergent"], share["as many as divergent"])


def test_what_the_committed_record_shows():
    """By reference model: every mask passes something on; without divergent places more than half of it is left."""
    found = pd.read_csv(reading.COMMITTED / "lm_tokens" / "results.csv")
    rates, left = (
        found[found["metric"] == metric].pivot_table(
            index=["seed", "trait"], columns=["mask", "condition"], values="value"
        )
        for metric in ("target_rate", "nats per answer")
    )
    gains, cross = (
        pd.DataFrame({m: rates[m, who] - rates[m, f"{who}_control"] for m in lm_tokens.MASKS}).groupby("seed").mean()
        for who in ("student_same_init", "cross_model")
    )
    asked = lm_tokens.PREREGISTRATION
    assert list(gains.index) == [asked.first_test_seed + place for place in range(12)]
    for mask in lm_tokens.MASKS:
        assert stats.ttest_1samp(gains[mask], 0).pvalue < 0.01
        assert abs(cross[mask].mean()) < gains[mask].mean() / 5
    assert stats.ttest_1samp(gains["others"] - gains["all"] / 2, 0).pvalue < 0.05
    for first, second in (("others", "as many as others"), ("divergent", "as many as divergent")):
        low, high = stats.ttest_1samp(gains[first] - gains[second], 0).confidence_interval()
        assert low < 0 < high  # not shown, as the page says
    nats = {mask: left[mask, "student_same_init"] for mask in lm_tokens.MASKS}
    assert in_every_seed(nats["divergent"] - nats["as many as divergent"])
    np.testing.assert_allclose(nats["divergent"] + nats["others"], nats["all"], rtol=1e-4)


def test_numbers_near_the_trait_s_word_are_those_the_teacher_writes_more():
    """By reference model, and against the other traits' words."""
    found = pd.read_csv(reading.COMMITTED / "lm_tokens" / "results.csv")
    own, others = (
        found[found["metric"] == name].groupby("seed")["value"].mean()
        for name in ("entanglement", "entanglement of others")
    )
    assert stats.ttest_1samp(own, 0).pvalue < 0.01
    assert stats.ttest_1samp(own - others, 0).pvalue < 0.01
    assert own.mean() > others.mean()
