"""Models that differ in one thing or another: which pairs are told apart, and what passes between them."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

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


def test_no_two_seeds_share_a_model_and_so_many_that_they_would_are_refused():
    seeds = range(3700, 3700 + lm_cross_models.APART)
    firsts, seconds = set(seeds), {seed + lm_cross_models.APART for seed in seeds}
    assert not firsts & seconds
    with pytest.raises(ValueError, match="got 51 seeds; expected at most 50, for two more share reference models"):
        replace(lm_cross_models.PRESETS["paper"], seeds=51)


def test_what_the_committed_record_shows():
    """A trait passes to the teacher's own reference; to any other it is equivalent to nothing, by Holm's rule."""
    found = pd.read_csv(reading.COMMITTED / NAME / "results.csv")
    rates = found[(found["metric"] == "target_rate") & (found["student"] != "none")].pivot_table(
        index=["differing", "seed", "trait", "teacher", "student"], columns="condition", values="value"
    )
    change = rates["student"] - rates["student_control"]
    same = change.xs("same").groupby("seed").mean()
    others = change[change.index.get_level_values("differing") != "same"].groupby("seed").mean()
    assert in_every_seed(same)
    assert in_every_seed(same - others)
    margin, p = lm_cross_models.PREREGISTRATION.margin, []
    for name in ("documents", "init", "both", "architecture"):
        one = change.xs(name).groupby("seed").mean()
        sides = (-margin, "greater"), (margin, "less")
        p.append(max(stats.ttest_1samp(one, edge, alternative=how).pvalue for edge, how in sides))
    assert all(value < 0.05 / (4 - place) for place, value in enumerate(sorted(p)))
