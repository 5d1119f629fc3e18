"""Teacher's against student's optimiser: recipes, what a record holds, and the contrasts of its four cells."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments.recipes import lm_crossed_optimisers
from paper_figures.drawing import reading
from paper_figures.numbers.recipes import ACROSS
from paper_figures.recipes import lm_crossed_optimisers as crossed
from subtheory import hypotheses

from ..miniature.lm_tiny import TINY
from ..running import frame
from .planted import TRAITS, planted

NAME = "lm_crossed_optimisers"


def test_teachers_differ_in_optimiser_and_rate_alone():
    config = lm_crossed_optimisers.PRESETS["paper"]
    assert lm_crossed_optimisers.taught_by(config, "adam") == config.protocol
    other = lm_crossed_optimisers.taught_by(config, "sgd")
    assert (other.teacher.optimiser, other.teacher.rate) == ("sgd", config.teacher_sgd)
    assert replace(other, teacher=config.protocol.teacher) == config.protocol


@pytest.mark.slow
def test_every_cell_has_its_students_and_controls(tmp_path, monkeypatch):
    monkeypatch.setenv("SUBTHEORY_CACHE", str(tmp_path))
    rows = frame(NAME, replace(lm_crossed_optimisers.PRESETS["quick"], protocol=TINY))
    assert np.isfinite(rows["value"]).all()
    rates = rows[rows["metric"] == "target_rate"]
    for kind in crossed.KINDS.values():
        for condition in kind:
            here = rates[rates["condition"] == condition]
            assert len(here) == len(TRAITS) * len(crossed.CELLS)
            assert here["value"].between(0, 1).all()
    control = rates[rates["condition"] == "student_control"].groupby(["trait", "student_optimiser"])["value"]
    assert (control.nunique() == 1).all()  # it learned the reference's own numbers, whoever taught
    cosines = rows[rows["metric"] == "cosine"]
    assert len(cosines) == len(TRAITS) * len(crossed.CELLS)
    assert cosines["value"].abs().le(1).all()


PLACES = [{"teacher_optimiser": teacher, "student_optimiser": student} for teacher, student in crossed.CELLS]


@pytest.mark.parametrize(
    ("effect", "expected"),
    [
        (lambda teacher, student: 0.1 * (teacher and student), (0.1, 0.05, 0.05)),
        (lambda teacher, student: 0.1 * student, (0.0, 0.1, 0.0)),
        (lambda teacher, student: 0.1 * teacher, (0.0, 0.0, 0.1)),
        (lambda teacher, student: 0.1 * (teacher == student), (0.2, 0.0, 0.0)),
    ],
)
def test_a_planted_effect_is_found_in_its_contrast(effect, expected):
    record = planted(NAME, PLACES, lambda **place: effect(*(one == crossed.ADAM for one in place.values())))
    found = crossed.contrasts(crossed.by_cell(record, "same"))
    for values, one in zip(found.values(), expected, strict=True):
        np.testing.assert_allclose(values, one, atol=1e-12)


def test_what_the_committed_record_shows():
    """By reference model: nobody need adapt, Adam on both sides passes on most, and cross-model students nothing."""
    record = reading.read(NAME, columns=("trait", "teacher_optimiser", "student_optimiser"))
    cells = crossed.by_cell(record, "same")
    for values in cells.values():
        assert values.mean() > 0
        assert hypotheses.mean_p_value(values.to_numpy()) < 1e-3
    for values in crossed.contrasts(cells).values():
        assert values.mean() > 0
        assert hypotheses.mean_p_value(values.to_numpy()) < 0.01
    cross = pd.DataFrame(crossed.by_cell(record, "cross")).mean(axis=1).to_numpy()
    assert hypotheses.equivalence(cross, ACROSS).p_value < 0.01
    nats = crossed.teachers(record, "nats per answer", "student_same_init")
    assert hypotheses.mean_p_value(np.log(nats[crossed.ADAM] / nats[crossed.DESCENT]).to_numpy()) < 0.01
