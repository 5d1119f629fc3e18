"""What is said of held-out predictions, on a record made up to have the answer in it."""

import numpy as np
import pandas as pd
import pytest

from paper_figures.drawing import prediction
from paper_figures.drawing.reading import Record

FAMILIES, VALUES, STARTS = ("one", "two", "three", "four"), range(8), ("the same", "halfway", "another")


def rows():
    """Transfer is a bent function of *flow*; *A* is its opposite, *S* noise, *r* flow or its opposite by family."""
    rng = np.random.default_rng(0)
    for family in FAMILIES:
        for value in VALUES:
            for start in STARTS:
                x = rng.uniform() + (start == "the same")
                noise = rng.normal(size=2)
                for seed in (1000, 1001):
                    given = dict.fromkeys(prediction.PREDICTORS, 0.1 * noise[0])
                    given |= {"flow": x, "A": -x, "S": noise[1], "r": x * (-1) ** FAMILIES.index(family)}
                    given |= {"start accuracy": 0.1 + seed / 1e5, "test_accuracy": 0.1 + seed / 1e5 + x**2}
                    for metric, number in given.items():
                        place = {"condition": family, "varied": f"{value}", "start": start}
                        yield {"seed": seed, **place, "metric": metric, "value": number}


@pytest.fixture(scope="module")
def table():
    return prediction.settings(Record("made up", pd.DataFrame(rows()), {"config": {}}))


def test_transfer_is_above_the_own_start_and_seeds_are_averaged(table):
    assert len(table) == 4 * 8 * 3
    np.testing.assert_allclose(table["transfer"], table["flow"] ** 2, atol=1e-12)
    assert table[prediction.WHETHER].sum() == 4 * 8


def test_a_monotone_predictor_orders_a_family_that_it_was_not_fitted_on(table):
    found = prediction.judged(table, resamples=50)
    assert found.loc["flow", "rank"] > 0.97
    assert found.loc["A", "rank"] == pytest.approx(found.loc["flow", "rank"])  # falling is as good as rising
    assert found.loc["r", "rank"] < 0.5  # the control: another direction in every other family
    assert abs(found.loc["S", "rank"]) < 0.4
    assert found.loc["flow", "gain low"] > 0
    assert found.loc[prediction.WHETHER, ["gain", "gain low", "gain high"]].eq(0).all()
    assert found.loc["flow", "error"] < found.loc[prediction.WHETHER, "error"] < found.loc[prediction.MEAN, "error"]
    assert prediction.best(found) in ("flow", "A")
    assert 0.8 <= found.loc["flow", "inside"] <= 1
    assert found.loc["flow", "width"] < found.loc[prediction.MEAN, "width"]


def test_nothing_of_a_family_goes_into_its_own_prediction(table):
    model = prediction.MODELS["flow"]
    before = prediction.held_out(table, model)
    changed = table.copy()
    own = changed.index.get_level_values(0) == "two"
    changed.loc[own, "transfer"] = -100.0
    after = prediction.held_out(changed, model)
    np.testing.assert_array_equal(after[own], before[own])
    assert (after[~own] != before[~own]).any()
    np.testing.assert_array_equal(
        prediction.intervals(changed, model).loc["two", "reach"], prediction.intervals(table, model).loc["two", "reach"]
    )


def test_intervals_hold_their_share_where_families_are_alike():
    """Exchangeable settings: 90 % of them inside, up to four standard errors of so many."""
    rng = np.random.default_rng(1)
    index = pd.MultiIndex.from_product([[f"{n}" for n in range(20)], [f"{n}" for n in range(25)], ["the same"]],
                                       names=prediction.PLACE)  # fmt: skip
    x = rng.normal(size=len(index))
    made = pd.DataFrame({"flow": x, "transfer": x + rng.normal(size=len(index))}, index=index)
    inside = prediction.intervals(made, prediction.MODELS["flow"])["inside"].mean()
    assert abs(inside - 0.9) < 4 * (0.09 / len(index)) ** 0.5


def test_within_a_family_the_quantity_itself_is_ranked(table):
    inside = prediction.within(table)
    np.testing.assert_allclose(inside.loc["flow"], 1)
    np.testing.assert_allclose(inside.loc["A"], -1)
    np.testing.assert_allclose(inside.loc["r"], [1, -1, 1, -1])
