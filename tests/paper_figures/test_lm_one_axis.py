"""All miniature experiments on one axis: what is read of each record, and what the documentation says of it."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from paper_figures import __main__
from paper_figures.across.lm_one_axis import CAPTION
from paper_figures.drawing.summaries import rank_correlation
from paper_figures.drawing.transfer import points
from paper_figures.drawing.transfers import TRANSFERS
from paper_figures.index import NAMES
from paper_figures.numbers import one_axis as lm_one_axis
from paper_figures.numbers import sizes


@pytest.fixture(scope="module")
def tables():
    records = __main__.records_of("lm_one_axis")
    return [(one.words, points(records[one.record], one)) for one in TRANSFERS]


def right(found, start):
    return int((np.sign(found["audit"]) == np.sign(found[start])).sum())


def test_the_caption_says_how_many_seeds_the_records_have():
    seeds = {name: len(one.run["seeds"]) for name, one in __main__.records_of("lm_one_axis").items()}
    assert (min(seeds.values()), max(seeds.values())) == (12, 20)
    assert "12 to 20 seeds each" in CAPTION


def test_the_table_s_intervals_are_student_s_over_seeds(tables):
    """The unit is the reference model: the cells are recomputed here from the points."""
    said = lm_one_axis.lm_one_axis(__main__.records_of("lm_one_axis"))["table"].splitlines()
    assert len(said) == 2 + len(tables)
    for line, (words, found) in zip(said[2:], tables, strict=True):
        seeds = 100 * found.groupby("seed")["same"].mean()
        reach = stats.t.ppf(0.975, len(seeds) - 1) * seeds.std(ddof=1) / len(seeds) ** 0.5
        assert f"| {words} | {len(found)} | " in line
        assert f" {seeds.mean():.1f} ± {reach:.1f} ".replace("-0.0 ", "0.0 ") in line.replace("−", "-")


def test_the_audit_s_sign_is_right_for_the_teacher_s_initialisation_alone_and_so_is_a_constant_guess(tables):
    found = pd.concat([table for _, table in tables])
    own = pd.concat([table for (_, table), one in zip(tables, TRANSFERS, strict=True) if not one.foreign])
    assert right(own, "same") > 0.75 * len(own)
    assert (own["same"] > 0).sum() > 0.75 * len(own)  # a constant guess does as well, and the page says so
    crossed = found.dropna(subset=["cross"])
    assert right(crossed, "cross") < 0.6 * len(crossed)
    assert rank_correlation(found["audit"], found["same"]) > 0.3
    assert rank_correlation(crossed["audit"], crossed["cross"]) < 0.05


def test_every_experiment_with_the_miniature_models_is_there():
    # A real model; scores of single answers, and no student of a teacher; the same students again, last digits moved,
    # and on their way; and scores of whole data sets, which are held against each other and not only the audit.
    others = {"lm_stories", "lm_attribution", "lm_rounding", "lm_damage", "lm_rivals"}
    assert {one.record for one in TRANSFERS} == {name for name in NAMES if name.startswith("lm_")} - others


def test_a_missing_record_is_one_sentence(tmp_path, capsys):
    assert __main__.main(["lm_one_axis", "--records", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "lm_numbers' has no readable run.json" in capsys.readouterr().err


def planted(share):
    """Points of four experiments whose students take on a share of what teachers did, the last one twice that."""
    rng = np.random.default_rng(0)
    rows = []
    for place in range(4):
        lesson = rng.uniform(0.1, 0.9, 3 + place)
        same = (share if place < 3 else 2 * share) * lesson
        audit = rng.uniform(0.1, 1.0, len(lesson))
        rows.append(pd.DataFrame({"seed": 0, "audit": audit, "lesson": lesson, "same": same, "record": f"r{place}"}))
    return rows


def test_a_rule_is_fitted_to_the_other_experiments_alone():
    rows = planted(0.3)
    found = sizes.foretold(pd.concat(rows, ignore_index=True))["a share of the teacher's change"]
    last = -len(rows[-1])
    assert found[last:].to_numpy() == pytest.approx(0.3 * rows[-1]["lesson"].to_numpy())
    rows[0]["same"] *= 7  # of the first experiment nothing is said by itself
    again = sizes.foretold(pd.concat(rows, ignore_index=True))["a share of the teacher's change"]
    first = len(rows[0])
    assert again[:first].tolist() == found[:first].tolist()
    assert (again[last:] > found[last:]).all()


def test_errors_are_means_over_experiments_and_not_over_points():
    said = sizes.sizes(planted(0.45))
    rows = planted(0.45)
    errors = [0.0, 0.0, 0.0, 45 * rows[-1]["lesson"].mean()]
    assert f"| 45 % of the teacher's change | {np.mean(errors):.1f} |  | 100 % | 1.00 |" in said["sizes"]
    assert said["size_experiments"] == "4"
