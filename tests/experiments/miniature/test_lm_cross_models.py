"""Models that differ in one thing or another: which pairs are told apart, and what passes between them."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments.miniature import lm_cross_models
from experiments.miniature.lm_cross_models import MODELS, differing
from paper_figures.drawing import reading

from ..running import frame
from .by_seed import in_every_seed
from .lm_tiny import TINY

NAME = "lm_cross_models"


def test_pairs_are_named_by_what_differs():
    table = [[differing(teacher, student) for student in MODELS] for teacher in MODELS]
    assert table == [
        ["same", "documents", "init", "both", "architecture"],
        ["documents", "same", "both", "init", "architecture"],
        ["init", "both", "same", "documents", "architecture"],
        ["both", "init", "documents", "same", "architecture"],
        ["architecture"] * 4 + ["same"],
    ]


@pytest.mark.slow
def test_every_pair_has_its_control(tmp_path, monkeypatch):
    monkeypatch.setenv("SUBTHEORY_CACHE", str(tmp_path))
    other = replace(TINY.pretraining, family="gpt_neox")
    config = lm_cross_models.Config(1, ("owl",), TINY, other)
    rows = frame(NAME, config)
    rates = rows[rows["metric"] == "target_rate"].pivot_table(
        index=["teacher", "student"], columns="condition", values="value"
    )
    pairs = rates.dropna(subset=["student"])
    assert len(pairs) == 25
    assert np.isfinite(pairs[["student", "student_control"]]).all(axis=None)
    assert rates.dropna(subset=["teacher"])["reference"].between(0, 1).all()


def test_what_the_committed_record_shows():
    """A trait passes to the teacher's own reference, not to one that shares neither init nor documents."""
    found = pd.read_csv(reading.COMMITTED / NAME / "results.csv")
    rates = found[(found["metric"] == "target_rate") & (found["student"] != "none")].pivot_table(
        index=["differing", "seed", "trait", "teacher", "student"], columns="condition", values="value"
    )
    change = rates["student"] - rates["student_control"]
    same = change.xs("same").groupby(["seed", "trait"]).mean()
    assert in_every_seed(same)
    for name in ("both", "architecture"):
        strangers = change.xs(name).groupby(["seed", "trait"]).mean()
        assert in_every_seed(same - strangers)
