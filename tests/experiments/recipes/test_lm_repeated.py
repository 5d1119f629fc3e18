"""Unique against repeated data: what a student sees, what a record holds, and the contrasts of planted effects."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.miniature.common import protocol as lab
from experiments.miniature.common.theory import SAMPLE
from experiments.recipes import lm_repeated
from paper_figures.drawing import reading
from paper_figures.numbers import recipes
from paper_figures.recipes import lm_repeated as repeats
from subtheory import hypotheses

from ..miniature.lm_tiny import TINY
from ..running import frame
from .planted import TRAITS, planted

NAME = "lm_repeated"
SMALL = replace(lm_repeated.PRESETS["quick"], protocol=replace(TINY, examples=288), repeats=(1, 8))


def test_repeated_answers_are_the_same_ones_and_as_many_as_distinct_ones():
    answers = lab.Answers(np.arange(12).reshape(4, 3), np.ones((4, 3), bool), 1.0)
    few = lm_repeated.repeated(lab.first(answers, 2), 2)
    assert few.tokens.shape == few.mask.shape == answers.tokens.shape
    rows, counts = np.unique(few.tokens, axis=0, return_counts=True)
    np.testing.assert_array_equal(rows, answers.tokens[:2])
    np.testing.assert_array_equal(counts, 2)


def test_in_the_paper_profile_every_student_takes_equally_many_steps():
    config = lm_repeated.PRESETS["paper"]
    learned = config.protocol.examples * 8 // 9
    assert [learned // times * times for times in config.repeats] == [learned] * len(config.repeats)


@pytest.mark.slow
def test_every_number_of_repeats_has_its_students_and_controls(tmp_path, monkeypatch):
    monkeypatch.setenv("SUBTHEORY_CACHE", str(tmp_path))
    rows = frame(NAME, SMALL)
    assert np.isfinite(rows["value"]).all()
    rates = rows[rows["metric"] == "target_rate"]
    for kind in repeats.KINDS.values():
        for condition in kind:
            here = rates[rates["condition"] == condition]
            assert len(here) == len(TRAITS) * len(repeats.METHODS) * len(SMALL.repeats)
            assert here["value"].between(0, 1).all()
    distinct = rows[rows["metric"] == "distinct"].groupby("repeats")["value"].unique()
    assert (distinct[1] // distinct[8] == 8).all()


PLACES = [{"method": method, "repeats": times} for method in repeats.METHODS for times in (1, 4, 64)]


@pytest.mark.parametrize(
    ("effect", "expected"),
    [
        (lambda method, repeats: 0.1 * (repeats == 1), (0.1, 0.1, 0.0, 0.0)),
        (lambda method, repeats: 0.1 * (method == "layers"), (0.0, 0.0, 0.0, 0.1)),
        (lambda method, repeats: 0.3 * (method == "layers" and repeats == 64), (-0.3, 0.0, -0.3, 0.1)),
    ],
)
def test_a_planted_effect_is_found_in_its_contrast(effect, expected):
    found = repeats.contrasts(repeats.by_repeats(planted(NAME, PLACES, effect), "same"))
    for values, one in zip(found.values(), expected, strict=True):
        np.testing.assert_allclose(values, one, atol=1e-12)


def test_what_the_committed_record_shows():
    """By reference model: few answers seen often pass on as much as many, whatever moves, and nothing across models."""
    record = reading.read(NAME, columns=("trait", "method", "repeats"))
    same, cross = (repeats.by_repeats(record, kind) for kind in ("same", "cross"))
    for method in repeats.METHODS:
        for _, values in same[method].iterrows():
            assert values.mean() > 0
            assert hypotheses.mean_p_value(values.to_numpy()) < 0.05
        assert hypotheses.equivalence(cross[method].mean().to_numpy(), repeats.MARGIN).p_value < 0.05
    lost, *_ = repeats.contrasts(same).values()
    assert hypotheses.equivalence(lost.to_numpy(), repeats.MARGIN).p_value < 1e-4


def test_the_audit_s_error_and_not_its_mean_knows_how_many_answers_there_are():
    """T9 on few answers: the score stays, and z falls as the root of their number, of which SAMPLE are looked at."""
    record = reading.read(NAME, columns=("method", "repeats"))
    score, z = (
        record.values(metric, "student_same_init").pivot_table(
            index="repeats", columns=["seed", "trait"], values="value"
        )
        for metric in ("audit score", "audit z")
    )
    np.testing.assert_allclose((score.loc[64] / score.loc[1]).mean(), 1, atol=0.1)
    np.testing.assert_allclose((z.loc[1] / z.loc[64]).mean(), (SAMPLE / 256) ** 0.5, rtol=0.1)
    assert recipes.LOOKED == SAMPLE
