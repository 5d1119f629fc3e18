"""What students are shown of a teacher: the loss on its likeliest tokens, what it leaves alone, the record."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.miniature import lm_bandwidth
from experiments.miniature.common import imitation
from experiments.miniature.common.protocol import Answers
from experiments.miniature.world.learning import Recipe
from paper_figures.drawing import reading
from subtheory.lm.model import initialise
from subtheory.setting import loss as losses

from ..running import frame
from .by_seed import in_every_seed
from .lm_tiny import TINY

FULL = lm_bandwidth.FULL
FIRST = 4


@pytest.fixture(scope="module")
def models():
    return [initialise(TINY.pretraining.decoder(), jax.random.key(seed)) for seed in range(2)]


@pytest.fixture(scope="module")
def answers():
    tokens = np.random.default_rng(0).integers(FULL, size=(8, FIRST + 5)).astype(np.int32)
    mask = np.arange(FIRST + 5) >= np.array([FIRST, FIRST + 1] * 4)[:, None]
    return Answers(tokens, mask, 1.0)


@pytest.mark.parametrize("k", [1, 3, FULL])
def test_what_is_shown_is_the_divergence_among_the_likeliest_tokens(models, answers, k):
    student, teacher = models
    nats = imitation.nats_shown(teacher, student, answers, k)
    z, y = (one.apply(one.params, jnp.asarray(answers.tokens))[:, FIRST - 1 : -1] for one in (student, teacher))
    slow = np.where(answers.mask[:, FIRST:], losses.top_k(k).value(z, y), 0).sum(axis=1)
    np.testing.assert_allclose(nats, slow, rtol=1e-5, atol=1e-6)
    assert (nats > 0).all() == (k > 1)


def test_imitation_moves_towards_the_teacher_and_leaves_alone_who_is_there(models, answers):
    student, teacher = models
    recipe = Recipe(1e-2, 8, 20)
    moved = imitation.imitated(student, teacher, answers, recipe, FULL, 0)
    before, after = (imitation.nats_shown(teacher, one, answers, FULL).sum() for one in (student, moved))
    assert after < 0.9 * before
    same = imitation.imitated(student, student, answers, replace(recipe, optimiser="sgd"), 3, 0)
    for one, other in zip(jax.tree.leaves(same.params), jax.tree.leaves(student.params), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


@pytest.mark.slow
def test_rows_for_everything_that_is_shown(tmp_path, monkeypatch):
    monkeypatch.setenv("SUBTHEORY_CACHE", str(tmp_path))
    dials = ((1, 128), (1, 256), (5, 128), (FULL, 128))
    rows = frame("lm_bandwidth", lm_bandwidth.Config(1, ("owl", "oak"), TINY, dials))
    rates = rows[rows["metric"] == "target_rate"].pivot_table(
        index=["trait", "shown", "answers"], columns="condition", values="value"
    )
    students = rates.drop(0, level="shown").dropna(axis=1)
    assert set(students) == {"student_same_init", "student_same_init_control", "cross_model", "cross_model_control"}
    assert students.shape[0] == 2 * len(dials)
    reference = rates.xs(0, level="shown")["reference"].droplevel("answers")
    for trait in ("owl", "oak"):
        still = students.loc[trait, "student_same_init_control"].loc[FULL]
        np.testing.assert_allclose(still, reference[trait], rtol=0.05)  # there is nothing to imitate
    nats = rows[rows["metric"] == "total nats"]
    assert (nats[nats["shown"] > 1]["value"] > 0).all()


def changes(condition, shown, answers):
    found = pd.read_csv(reading.COMMITTED / "lm_bandwidth" / "results.csv")
    found = found[(found["metric"] == "target_rate") & (found["shown"] == shown) & (found["answers"] == answers)]
    rates = found.pivot_table(index=["seed", "trait"], columns="condition", values="value")
    return rates[condition] - rates[f"{condition}_control"]


def test_the_dial_in_the_committed_record():
    """What the docs say: whole distributions in few answers pass what many samples do not; cross-model nothing."""
    most = max(n for _, n in lm_bandwidth.SHOWN)
    full = max(n for k, n in lm_bandwidth.SHOWN if k == FULL)
    whole, samples = (changes("student_same_init", *dial) for dial in ((FULL, full), (1, most)))
    few = changes("student_same_init", FULL, 32).groupby("seed").mean()
    plan = lm_bandwidth.PREREGISTRATION
    assert list(few.index) == list(range(plan.first_test_seed, plan.first_test_seed + 12))
    assert stats.ttest_1samp(few - samples.groupby("seed").mean(), 0).pvalue < 0.01
    for one in (whole, samples, few):
        assert in_every_seed(one)
    assert changes("cross_model", FULL, full).mean() < 0.02
