"""The self-test finds what was planted, and nothing where nothing was; its refusals."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from scipy import stats

from subtheory.cli import main
from subtheory.lm.audit.selftest import NEAR, SelfTestPlan, dose_found, power_at

from .. import checkpoints


def test_power_is_that_of_a_t_test_and_false_alarms_are_the_level():
    """Scores from normal distributions, where both are known; statistical bounds of four standard errors."""
    draw = np.random.default_rng(0)
    plan = SelfTestPlan(examples=64, pool=4000, level=0.05, repetitions=1000)
    own = draw.normal(size=8000)
    planted = draw.normal(size=4000) + 0.5

    def near(found, expected):
        return abs(found - expected) <= 4 * math.sqrt(expected * (1 - expected) / plan.repetitions)

    assert near(power_at(0.0, own, planted, plan), 0.05)
    shift = (planted.mean() - own.mean()) * math.sqrt(32)
    assert near(power_at(1.0, own, planted, plan), stats.nct.sf(stats.t.ppf(0.95, 126), 126, shift))


def test_the_dose_is_on_the_line_between_two():
    assert dose_found((0.0, 0.5, 1.0), (0.0, 0.4, 0.9)) == pytest.approx(0.9)
    assert dose_found((0.0, 1.0), (0.0, 0.7)) is None


def test_the_command_reports_a_dose(tmp_path, capsys):
    folder = checkpoints.write_checkpoint(tmp_path / "model")
    report = tmp_path / "self.json"
    sizes = "--examples 64 --pool 128 --max-new-tokens 6 --repetitions 100 --strength 1.5".split()
    assert main(["lm", "selftest", str(folder), *sizes, "--json", str(report)]) == 0
    said = capsys.readouterr().out
    found = json.loads(report.read_text())
    written = found["written"]
    assert written % 128 == 0
    assert written > 384, "small samples that find how far the teacher has to stand come on top"
    assert f"{written:,} examples were written and" in said
    assert found["power"][0] <= 0.05
    assert found["power"][-1] > 0.8
    assert 0 < found["dose"] < 1
    # of 128 examples against 256: four standard errors, and the share by which small samples may miss
    assert abs(found["effect"] - 1.5) < 4 * math.sqrt(1 / 128 + 1 / 256) + 1.5 * NEAR
    assert "is found with power 0.8 in 64 examples" in found["verdict"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("--examples 4", "examples is 4; expected at least 8"),
        ("--pool 100", "the pool holds 100 examples; expected at least 512"),
        ("--strength 0", "strength is 0.0; expected a positive number"),
        ("--level 1", "level is 1.0; expected a p-value between 0 and 1"),
    ],
)
def test_numbers_that_mean_nothing_are_refused(more, words, capsys):
    assert main(["lm", "selftest", "model", *more.split()]) == 2
    assert words in capsys.readouterr().err
