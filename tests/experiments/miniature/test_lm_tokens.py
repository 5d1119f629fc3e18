"""Tokens that carry a trait: masks that part the places, what they leave, and the record's rows."""

from dataclasses import replace

import jax
import numpy as np
import pandas as pd
import pytest

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
    """Every mask but a cross-model student's passes something on; divergent places hold more than their share."""
    found = pd.read_csv(reading.COMMITTED / "lm_tokens" / "results.csv")
    rates, left = (
        found[found["metric"] == metric].pivot_table(
            index=["seed", "trait"], columns=["mask", "condition"], values="value"
        )
        for metric in ("target_rate", "nats per answer")
    )
    for mask in lm_tokens.MASKS:
        for condition, passes in (("student_same_init", True), ("cross_model", False)):
            gain = rates[mask, condition] - rates[mask, f"{condition}_control"]
            assert in_every_seed(gain) == passes, (mask, condition)
    nats = {mask: left[mask, "student_same_init"] for mask in lm_tokens.MASKS}
    assert in_every_seed(nats["divergent"] - nats["as many as divergent"])
    np.testing.assert_allclose(nats["divergent"] + nats["others"], nats["all"], rtol=1e-4)
