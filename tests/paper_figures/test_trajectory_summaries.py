"""What figures and text say of records on whole trainings, on records made up to have the answer in them."""

import numpy as np
import pandas as pd

from paper_figures.drawing import defences, starts
from paper_figures.drawing.places import at, of
from paper_figures.drawing.reading import Record

SEEDS = (1000, 1001, 1002)


def record(rows):
    return Record("made up", pd.DataFrame(rows), {"config": {}})


def start_rows():
    """Transfer falls with r within every seed, but for a permuted start, which has all of both."""
    places = {("interpolated", 0.0): (0.1, 0.6), ("interpolated", 1.0): (0.9, 0.1), ("fc1", 0.1): (0.5, 0.3),
              ("permuted", 1.0): (2.0, 0.6)}  # fmt: skip
    for seed in SEEDS:
        for (kind, amount), (ratio, accuracy) in places.items():
            row = {"seed": seed, "condition": kind, "amount": amount}
            yield {**row, "metric": "test_accuracy", "value": accuracy + (seed - 1000) / 100}
            yield {**row, "metric": "start distance", "value": 0.0}
            yield {**row, "metric": "first update cosine", "value": accuracy}
            for epoch in (0, 1):
                yield {**row, "metric": "monotone", "value": 2.0, "epoch": epoch}
                yield {**row, "metric": "remainder", "value": 2.0 * ratio * (1 + epoch), "epoch": epoch}


def test_ratios_transfer_and_rank_correlations_are_within_a_seed_and_without_permuted_starts():
    made = record(start_rows())
    gained, known = starts.transfer(made), starts.predictors(made)
    np.testing.assert_allclose(at(gained, ("interpolated", 0.0)), 0.5)
    np.testing.assert_allclose(at(gained, starts.CONTROL), 0.0)
    np.testing.assert_allclose(at(known["r = ρ/S"], ("fc1", 0.1)), 0.5)
    np.testing.assert_allclose(at(known["certified share"], ("interpolated", 1.0)), 0.5)  # 0.9, then 1.8
    np.testing.assert_allclose(starts.rank_correlations(known["r = ρ/S"], gained), -1)
    np.testing.assert_allclose(starts.rank_correlations(known["first-step cosine"], gained), 1)
    np.testing.assert_allclose(starts.rank_correlations(known["r = ρ/S"], gained, "interpolated"), -1)
    assert list(of(gained, "interpolated").index) == [0.0, 1.0]


def defence_rows():
    places = {("undefended", 0.0): (0.5, 0.1, 0.2), ("noise", 2.0): (0.2, 1.5, 0.0), ("heads", 0.0): (0.1, 0.2, 0.0),
              ("early", 1.0): (0.3, 0.2, 0.1)}  # fmt: skip
    for seed in SEEDS:
        for (kind, amount), (accuracy, divergence, lead) in places.items():
            row = {"seed": seed, "condition": kind, "amount": amount}
            yield {**row, "metric": "start accuracy", "value": 0.1}
            yield {**row, "metric": "test_accuracy", "value": accuracy}
            yield {**row, "metric": "divergence", "value": divergence}
            for step in (5, 10):
                yield {**row, "metric": "start accuracy after labels", "value": 0.5, "step": step}
                yield {**row, "metric": "accuracy after labels", "value": 0.5 + lead * 5 / step, "step": step}


def test_prevented_kept_returned_and_what_no_other_beats():
    made = record(defence_rows())
    kept, prevented = defences.kept(made), defences.prevented(made)
    np.testing.assert_allclose(prevented, [0, 0.75, 1, 0.5])
    np.testing.assert_allclose(kept.mean(axis=1), [0.9, -0.5, 0.8, 0.8])
    assert defences.unbeaten(kept, prevented) == [("heads", 0.0), ("undefended", 0.0)]
    np.testing.assert_allclose(defences.returned(made).mean(axis=1), [0.2, 0, 0, 0.1])
    np.testing.assert_allclose(defences.returned(made, step=10).mean(axis=1), [0.1, 0, 0, 0.05])
    band = defences.prevented_band(made)
    np.testing.assert_allclose(band["low"], band["high"], atol=1e-12)  # seeds alike: no width
