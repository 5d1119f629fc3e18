"""All miniature experiments on one axis: what is read of each record, and what the documentation says of it."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from paper_figures import __main__, lm_one_axis
from paper_figures.summaries import rank_correlation

DOCS = (Path(__file__).parents[2] / "docs" / "experiments.md").read_text()


@pytest.fixture(scope="module")
def tables():
    records = __main__.records_of("lm_one_axis")
    return [(one.words, lm_one_axis.table(records[name], one)) for name, one in lm_one_axis.TRANSFERS]


def right(found, start):
    return int((np.sign(found["audit"]) == np.sign(found[start])).sum())


def test_the_documentation_s_table_is_that_of_the_records(tables):
    for words, found in tables:
        line = re.search(rf"^\| {re.escape(words)} \| (.*) \|$", DOCS, re.MULTILINE)
        assert line, words
        points, audit, same, cross, signs = (cell.replace("−", "-") for cell in line[1].split(" | "))
        assert int(points) == len(found)
        assert float(audit) == round(found["audit"].mean(), 2)
        for cell, start in ((same, "same"), (cross, "cross")):
            assert float(cell.split()[0]) == pytest.approx(100 * found[start].mean(), abs=0.051)
        assert signs == f"{right(found, 'same')}, {right(found, 'cross')}"


def test_the_audit_foretells_the_sign_for_the_teacher_s_initialisation_alone(tables):
    found = pd.concat([table for _, table in tables])
    assert right(found, "same") > 0.8 * len(found)
    assert right(found, "cross") < 0.6 * len(found)
    assert rank_correlation(found["audit"], found["same"]) > 0.3
    assert rank_correlation(found["audit"], found["cross"]) < 0.05


def test_a_missing_record_is_one_sentence(tmp_path, capsys):
    assert __main__.main(["lm_one_axis", "--records", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "lm_numbers' has no readable run.json" in capsys.readouterr().err
