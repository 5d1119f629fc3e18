"""All miniature experiments on one axis: what is read of each record, and what the documentation says of it."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from paper_figures import __main__
from paper_figures.drawing.summaries import mean_band, rank_correlation
from paper_figures.drawing.transfer import points
from paper_figures.drawing.transfers import TRANSFERS
from paper_figures.index import NAMES

DOCS = (Path(__file__).parents[2] / "docs" / "experiments" / "miniature.md").read_text()


@pytest.fixture(scope="module")
def tables():
    records = __main__.records_of("lm_one_axis")
    return [(one.words, points(records[one.record], one)) for one in TRANSFERS]


def right(found, start):
    return int((np.sign(found["audit"]) == np.sign(found[start])).sum())


def row(found):
    """The cells of a line of the table."""
    cells, signs = [f"{len(found)}", f"{found['audit'].mean():.2f}"], []
    for start in ("same", "cross"):
        if start in found:
            mean = 100 * mean_band(found[[start]].dropna().T).iloc[0]
            cells.append(f"{mean['centre']:.1f} [{mean['low']:.1f}, {mean['high']:.1f}]")
            signs.append(f"{right(found, start)}")
        else:
            cells.append("")
    return " | ".join([*cells, ", ".join(signs)])


def test_the_documentation_s_table_is_that_of_the_records(tables):
    for words, found in tables:
        line = re.search(rf"^\| {re.escape(words)} \| (.*) \|$", DOCS, re.MULTILINE)
        assert line, words
        assert line[1].replace("−", "-") == row(found), words


def test_the_audit_foretells_the_sign_for_the_teacher_s_initialisation_alone(tables):
    found = pd.concat([table for _, table in tables])
    own = pd.concat([table for (_, table), one in zip(tables, TRANSFERS, strict=True) if not one.foreign])
    assert right(own, "same") > 0.75 * len(own)
    crossed = found.dropna()
    assert right(crossed, "cross") < 0.6 * len(crossed)
    assert rank_correlation(found["audit"], found["same"]) > 0.3
    assert rank_correlation(crossed["audit"], crossed["cross"]) < 0.05


def test_every_experiment_with_the_miniature_models_is_there():
    real = {"lm_stories"}
    assert {one.record for one in TRANSFERS} == {name for name in NAMES if name.startswith("lm_")} - real


def test_a_missing_record_is_one_sentence(tmp_path, capsys):
    assert __main__.main(["lm_one_axis", "--records", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "lm_numbers' has no readable run.json" in capsys.readouterr().err
