"""Shuffled numbers: what a shuffle keeps, and what the committed record says is left of a preference."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.miniature import lm_shuffled
from experiments.miniature.common import protocol as lab
from experiments.miniature.lm_shuffled import ORDERS, frequency_nats, in_all_orders, number_places
from experiments.miniature.world.vocabulary import PAD, padded
from paper_figures.drawing import reading

from ..running import frame
from .lm_tiny import TINY

NAME = "lm_shuffled"
ASKED = padded(["<user> continue : 1 2 3 <assistant>", "<user> extend : 1 2 3 <assistant>"] * 20)
WRITTEN = padded(["4 , 5 , 6 , 7 <end>", "( 30 31 32 ) . <end>"] * 20)
DATA = lab.joined_answers(ASKED, WRITTEN, 40, 1.0)


def test_a_shuffle_moves_numbers_of_answers_and_nothing_else():
    found = in_all_orders(DATA, 0)
    assert tuple(found) == ORDERS
    here = number_places(DATA)
    assert here.sum() == 20 * (4 + 3)
    np.testing.assert_array_equal(found["as written"].tokens, DATA.tokens)
    for order in ORDERS[1:]:
        tokens = found[order].tokens
        np.testing.assert_array_equal(tokens[~here], DATA.tokens[~here])
        np.testing.assert_array_equal(np.sort(tokens[here]), np.sort(DATA.tokens[here]))
        assert (tokens[here] != DATA.tokens[here]).mean() > 0.4
        np.testing.assert_array_equal(in_all_orders(DATA, 0)[order].tokens, tokens)
    rows = [np.sort(np.where(here, data.tokens, PAD), axis=1) for data in (DATA, *found.values())]
    np.testing.assert_array_equal(rows[0], rows[2])
    assert (rows[0] != rows[3]).any(axis=1).mean() > 0.9


def test_frequencies_hold_what_their_divergence_says():
    """Three to one against one to one: KL = 3/4 log(3/2) + 1/4 log(1/2), twice per answer, less for smoothing."""
    one, other = (padded([f"{text} <end>"] * 2000) for text in ("4 5", "4 4"))
    asked = np.repeat(ASKED[:1], 2000, axis=0)
    even = lab.joined_answers(asked, one, 2000, 1.0)
    odd = lab.joined_answers(asked, np.concatenate([one[:1000], other[:1000]]), 2000, 1.0)
    assert frequency_nats(odd, even) == pytest.approx(2 * (0.75 * np.log(1.5) + 0.25 * np.log(0.5)), rel=0.05)
    for order, data in in_all_orders(odd, 0).items():
        assert frequency_nats(data, odd) == pytest.approx(0, abs=1e-12), order


@pytest.mark.slow
def test_every_seed_trait_and_order_has_all_conditions(tmp_path, monkeypatch):
    monkeypatch.setenv("SUBTHEORY_CACHE", str(tmp_path))
    config = replace(lm_shuffled.PRESETS["quick"], traits=("owl", "cat"), protocol=TINY)
    rows = frame(NAME, config)
    for metric in ("target_rate", "target_share"):
        rates = rows[rows["metric"] == metric].pivot_table(
            index="trait", columns=["condition", "order"], values="value"
        )
        students = {(f"student_{name}", order) for name in ("same_init", "control", "other_traits") for order in ORDERS}
        assert set(rates.columns) == {("reference", "none"), ("teacher", "none"), *students}
        assert ((rates > 0) & (rates < 1)).all(axis=None)


def test_the_committed_record_settles_what_was_preregistered():
    """By reference model, two-sided: a shuffle within answers takes something; what the page says of the rest, too."""
    found = pd.read_csv(reading.COMMITTED / NAME / "results.csv")
    asked = lm_shuffled.PREREGISTRATION
    shares = found[found["metric"] == "target_share"].pivot_table(
        index="seed", columns=["condition", "order"], values="value"
    )
    assert list(shares.index) == list(range(asked.first_test_seed, asked.first_test_seed + 12))
    for control in ("student_control", "student_other_traits"):
        change = {order: shares["student_same_init", order] - shares[control, order] for order in ORDERS}
        lost = stats.ttest_1samp(change["as written"] - change["within answers"], 0)
        assert lost.pvalue < 0.01
        assert lost.statistic > 0
        for order in ORDERS:
            left = stats.ttest_1samp(change[order], 0)
            assert left.pvalue < 0.01
            assert left.statistic > 0
        for order in ORDERS[1:]:
            assert change[order].mean() < change["as written"].mean() / 2
        assert abs((change["within answers"] - change["across answers"]).mean()) < change["as written"].mean() / 4


def test_the_audit_of_shuffled_numbers_in_the_committed_record():
    found = pd.read_csv(reading.COMMITTED / NAME / "results.csv")
    score = found[found["metric"] == "audit score"].groupby("order")["value"].mean()
    assert (score > score["as written"] / 2).all()
    above = (found[found["metric"] == "audit z"].set_index("order")["value"] > 0).groupby("order").mean()
    assert (above > 0.95).all()
