"""Numbers in text come from records: every one that a page asks for exists, and every one that exists is asked for."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from paper_figures.drawing import reading
from paper_figures.numbers import index, readme, words
from paper_figures.numbers.favourites import equivalent_to_nothing
from subtheory import hypotheses

ROOT = Path(__file__).parents[3]
PAGES = {str(page.relative_to(ROOT)): page.read_text() for page in sorted((ROOT / "docs").rglob("*.md"))}


@pytest.fixture(scope="module")
def by_name():
    return index.everything()


@pytest.fixture(scope="module")
def numbers(by_name):
    return {f"{name}.{key}": words for name, found in by_name.items() for key, words in found.items()}


def asked():
    return {key for page in PAGES.values() for key in re.findall(r"\{\{ *([\w.]+) *\}\}", page)}


class Asking(dict):
    """A dictionary that notes which keys were asked for."""

    def __init__(self, *given):
        super().__init__(*given)
        self.keys_asked = set()

    def __getitem__(self, key):
        self.keys_asked.add(key)
        return super().__getitem__(key)


def asked_by_the_readme(by_name):
    found = {name: Asking(words) for name, words in by_name.items()}
    readme.table(found)
    return {f"{name}.{key}" for name, words in found.items() for key in words.keys_asked}


def test_every_number_that_a_page_asks_for_is_there(numbers):
    assert asked() <= set(numbers)


def test_none_is_made_for_nobody(numbers, by_name):
    assert set(numbers) - asked() - asked_by_the_readme(by_name) == set()


def test_a_number_follows_its_record(tmp_path):
    """A changed record changes the words: nothing is typed."""
    there = reading.read("mnist_aux_logits")
    rows = there.rows.copy()
    rows.loc[(rows["condition"] == "student_aux") & (rows["metric"] == "test_accuracy"), "value"] += 0.1
    from paper_figures.numbers import auxiliary_logits

    before = auxiliary_logits.mnist_aux_logits(there)
    after = auxiliary_logits.mnist_aux_logits(reading.Record(there.name, rows, there.run))
    assert {key for key in before if before[key] != after[key]} == {"student_aux", "student_percent"}


def test_intervals_and_tests_are_student_s():
    values = pd.Series([0.2, 0.5, 0.1, 0.4])
    reach = stats.t.ppf(0.975, 3) * np.std(values, ddof=1) / 2
    assert words.plus_minus(values) == f"0.30 ± {reach:.2f}"
    t = values.mean() / (np.std(values, ddof=1) / 2)
    assert words.p_value(values) == words.p_words(2 * stats.t.sf(abs(t), 3))


def test_log_odds_are_those_of_the_rates_by_seed(numbers):
    """Recomputed from the rows one by one."""
    rows = reading.read("lm_numbers").values("target_rate")
    value = {
        (seed, trait, name): p for seed, trait, name, p in rows[["seed", "trait", "condition", "value"]].to_numpy()
    }
    apart = {}
    for seed, trait, name in value:
        if name == "cross_model":
            first, second = value[seed, trait, name], value[seed, trait, "cross_model_control"]
            apart.setdefault(seed, []).append(np.log(first / (1 - first)) - np.log(second / (1 - second)))
    assert numbers["lm_numbers.cross_odds"] == words.with_p(pd.Series([np.mean(part) for part in apart.values()]), 2)


@pytest.mark.parametrize("margin", [0.02, 0.5])
def test_equivalence_is_the_package_s(margin):
    """Figures and numbers do without the package, so that they are drawn at once; here the two are held together."""
    values = pd.Series([0.2, -0.1, 0.05, 0.1, 0.0])
    assert equivalent_to_nothing(values, margin) == hypotheses.equivalence(values.to_numpy(), margin).p_value
