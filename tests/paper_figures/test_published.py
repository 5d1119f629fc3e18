"""The documentation's tables of published numbers are made of the committed records: no number in them is typed."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from paper_figures.drawing import published, reading
from paper_figures.numbers import index

PAGE = Path(__file__).parents[2] / "docs" / "experiments" / "auxiliary_logits.md"
TABLES = {"published_numbers": published.CONDITIONS, "published_lengths": published.LENGTHS}


@pytest.mark.parametrize("name", TABLES)
def test_the_documentation_s_table_is_the_record_s(name):
    assert index.of(name)["table"] == published.markdown(reading.read(name, columns=("preset",)), TABLES[name])
    assert f"\n{{{{ {name}.table }}}}\n" in PAGE.read_text(), "on a line of its own, so that it is a table"


@pytest.mark.parametrize("name", TABLES)
def test_every_preset_of_the_record_has_its_line_and_the_other_way_round(name):
    rows = reading.read(name).rows
    assert {row.preset for row in TABLES[name]} == set(rows["preset"])


def made_up(values, reference=(0.1, 0.1, 0.1)):
    rows = [
        {"seed": seed, "condition": condition, "metric": "test_accuracy", "value": value, "preset": "p"}
        for condition, some in (("student_aux", values), ("reference", reference))
        for seed, value in enumerate(some)
    ]
    return reading.Record("made up", pd.DataFrame(rows), {"config": {"data": "mnist"}})


@pytest.mark.parametrize(("values", "row", "words"), [
    ((0.50, 0.51, 0.52), published.Published("note", "", "p", 0.51), "agrees"),
    ((0.50, 0.51, 0.52), published.Published("note", "", "p", 0.40), "higher here"),
    ((0.50, 0.51, 0.52), published.Published("note", "", "p", 0.40, reach=0.1), "agrees"),
    ((0.50, 0.51, 0.52), published.Published("note", "", "p", 0.60), "lower here"),
    ((0.50, 0.51, 0.52), published.Published("paper", "", "p", 0.50, words="above "), "agrees"),
    ((0.10, 0.10, 0.10), published.Published("layers", "", "p", words="exactly"), "the reference in every seed"),
    ((0.09, 0.10, 0.12), published.Published("brockers", "", "p", words="chance"), "chance is in the interval"),
    ((0.50, 0.51, 0.52), published.Published("brockers", "", "p", words="matters"), "above chance"),
])  # fmt: skip
def test_comments_follow_from_the_numbers(values, row, words):
    assert published.comment(made_up(values), row) == words


def test_a_line_holds_mean_and_student_s_interval():
    record = made_up((0.50, 0.51, 0.52))
    line = published.markdown(record, (published.Published("note", "a change", "p", 0.271, reach=0.033),)).splitlines()[
        2
    ]
    reach = 4.302652729911275 * 0.01 / np.sqrt(3)
    interval = f".510 ({0.51 - reach:.3f} to {0.51 + reach:.3f})".replace("0.", ".")
    assert line == f"| Jiang et al., note | a change | .271 ± .033 | {interval} | higher here |"
