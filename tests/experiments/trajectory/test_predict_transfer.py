"""Predictors that have not seen a student train, in the cases where it is known what they must say."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments.harness import presets, registry
from experiments.trajectory.common import cases

from ..auxiliary_logits import tiny as small
from ..running import depends_on_its_seed_alone, run
from . import tiny

NAME = "predict_transfer"
CONFIG = tiny.config(
    NAME, seeds=2, families=("interpolated", "permuted"), protocol=replace(small.PROTOCOL, hidden=(8, 8))
)  # fmt: skip


@pytest.fixture(scope="module")
def rows():
    return pd.DataFrame([row for seed in range(2) for row in run(NAME, CONFIG, seed)])


def of(rows, metric, family):
    chosen = rows[(rows["metric"] == metric) & (rows["condition"] == family)]
    return chosen.pivot_table(index="varied", columns="seed", values="value", sort=False).to_numpy()


def test_a_seed_depends_on_nothing_else(rows):
    depends_on_its_seed_alone(NAME, CONFIG, rows)


def test_the_distance_is_that_of_the_start(rows):
    distance = of(rows, "distance", "interpolated")  # of 0.05, 0.15, 0.2, 0.25, …
    np.testing.assert_allclose(distance[1], 3 * distance[0], rtol=1e-4)
    np.testing.assert_allclose(distance[3], 5 * distance[0], rtol=1e-4)


def test_what_is_a_function_s_own_does_not_change_when_units_are_permuted(rows):
    for metric in ("S", "CKA", "start accuracy", "gradient cosine"):
        values = of(rows, metric, "permuted")[:4]  # four shares; the rest are scrambled
        np.testing.assert_allclose(values, values[:1].repeat(4, axis=0), rtol=1e-4, atol=1e-12)
    r = of(rows, "r", "permuted")[:4]
    assert np.ptp(r, axis=0).min() > 1e-3  # the control: this one is of parameters


def test_shares_are_shares_and_every_metric_is_there(rows):
    for metric in ("coverage", "CKA"):
        assert rows.loc[rows["metric"] == metric, "value"].between(0, 1 + 1e-9).all()
    counts = rows.groupby("metric").size()
    assert (counts == 2 * 17).all()
    assert len(counts) == 12
    assert np.isfinite(rows["value"]).all()


def test_there_are_more_than_two_hundred_settings_in_thirteen_families_each_once():
    found = cases.worlds(cases.FAMILIES)
    every = [case for those in found.values() for case in those]
    names = {(case.family, case.value, case.start) for case in every}
    assert len(names) == len(every) >= 200
    assert len(cases.FAMILIES) == 13
    assert len(found) == 19


def test_test_seeds_are_no_development_seeds():
    quick, paper = (presets.seeds_of(registry.load(NAME).PRESETS[profile]) for profile in ("quick", "paper"))
    assert set(quick).isdisjoint(paper)
    assert len(paper) >= 10
