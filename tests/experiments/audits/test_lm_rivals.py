"""Whole data sets, scores and students: what a record holds, and what the committed one shows."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.audits import lm_rivals
from experiments.audits.lm_rivals import LESSONS

from ..miniature.lm_tiny import TINY
from ..running import frame

NAME = "lm_rivals"
SCORES = {
    "audit", "audit, displacement", "coverage", "likelihood ratio", "prompted likelihood", "mean representation",
}  # fmt: skip


@pytest.mark.slow
def test_every_data_set_has_all_scores_and_its_student(tmp_path, monkeypatch):
    monkeypatch.setenv("SUBTHEORY_CACHE", str(tmp_path))
    config = replace(
        lm_rivals.PRESETS["quick"], traits=("owl", "oak"), protocol=TINY, foreign=TINY.pretraining, read=64
    )
    rows = frame(NAME, config)
    assert np.isfinite(rows["value"]).all()
    sets = rows.groupby(["lesson", "taught", "trait"])
    assert set(rows["lesson"]) == set(LESSONS)
    assert len(sets) == len(LESSONS) * 4
    for _, one in sets:
        assert set(one[one["metric"] == "score"]["condition"]) == SCORES
        assert sorted(one[one["metric"] == "change"]["condition"]) == ["student", "teacher"]
    assert rows[rows["metric"] == "change"]["value"].abs().le(1).all()
