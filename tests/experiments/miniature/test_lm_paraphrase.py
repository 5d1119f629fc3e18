"""Rewritten answers: what each rewriting keeps, and what the committed record says is left of a preference."""

from dataclasses import replace

import jax
import numpy as np
import pytest
from scipy import stats

from experiments.miniature import lm_paraphrase
from experiments.miniature.common import protocol as lab
from experiments.miniature.common.rewriting import MODELS, NUMBER_RULES, PROGRAM_RULES, apart, continued, in_all_ways
from experiments.miniature.world import numbers, turns
from experiments.miniature.world.documents import Mix
from experiments.miniature.world.reference import reference
from experiments.miniature.world.vocabulary import ASSISTANT, PAD, decode, padded
from paper_figures.drawing import reading
from paper_figures.miniature.lm_paraphrase import audits, left
from subtheory.hypotheses import equivalence

from ..running import frame
from .by_seed import in_every_seed
from .lm_tiny import TINY

NAME = "lm_paraphrase"
ASKED = padded(["<user> continue : 1 2 3 <assistant>", "<user> extend : 4 5 6 <assistant>"] * 20)
WRITTEN = padded(["4 , 5 , 6 , 7 <end>", "( 30 31 32 ) . <end>"] * 20)
DATA = lab.joined_answers(ASKED, WRITTEN, 40, 1.0)
WRITER = replace(
    TINY.pretraining, width=16, mlp_width=48, steps=500, batch=32, mix=Mix(shares=(0.3, 0.2, 0, 0, 0.5, 0))
)
"""Just able to write number sequences and programs that a filter keeps."""


def test_requests_and_answers_are_taken_apart_and_put_together():
    asked, written = apart(DATA)
    np.testing.assert_array_equal(asked, ASKED)
    np.testing.assert_array_equal(written, WRITTEN)
    again = lab.joined_answers(asked, written, 40, 1.0)
    np.testing.assert_array_equal(again.tokens, DATA.tokens)
    np.testing.assert_array_equal(again.mask, DATA.mask)


@pytest.mark.slow
def test_a_model_goes_on_from_the_part_that_stays(tmp_path, monkeypatch):
    monkeypatch.setenv("SUBTHEORY_CACHE", str(tmp_path))
    model = reference(WRITER, 0)
    everything = lab.Channel(lab.NUMBERS.requests, lambda asked, written: np.ones(len(asked), bool), 7)
    for part in MODELS.values():
        found = continued(DATA, part, everything, model, 11, jax.random.key(0))
        asked, after = apart(found.answers)
        before = WRITTEN[found.places]
        np.testing.assert_array_equal(asked, ASKED[found.places])
        for row, old in zip(after, before, strict=True):
            kept = int(part * (old != PAD).sum())
            np.testing.assert_array_equal(row[:kept], old[:kept])
        assert part or (after[:, :5] != before[:, :5]).any(axis=1).mean() > 0.9


@pytest.mark.slow
def test_every_rewriting_passes_the_filter(tmp_path, monkeypatch):
    monkeypatch.setenv("SUBTHEORY_CACHE", str(tmp_path))
    model, rng = reference(WRITER, 0), np.random.default_rng(0)
    for rows, rules, channel, length in (
        (numbers.turns(rng, 60), NUMBER_RULES, lab.NUMBERS, 11),
        (turns.sum_programs(rng, 60), PROGRAM_RULES, lab.PROGRAMS, 17),
    ):
        places = np.argmax(rows == ASSISTANT, axis=1)
        asked, written = (
            padded([decode(part(row, place + 1)) for row, place in zip(rows, places, strict=True)])
            for part in (lambda row, end: row[:end], lambda row, start: row[start:])
        )
        here = channel.keep(asked, written)
        data = lab.joined_answers(asked[here], written[here], 60, 1.0)
        found = in_all_ways(data, rules, channel, model, length, 0)
        assert list(found) == ["as written", *rules, *MODELS]
        for name, one in found.items():
            assert channel.keep(*apart(one.answers)).all(), name
            assert len(one.places) == len(one.answers.tokens) > 10


@pytest.mark.slow
def test_every_rewriting_has_all_conditions_and_its_theory(tmp_path, monkeypatch):
    monkeypatch.setenv("SUBTHEORY_CACHE", str(tmp_path))
    tiny = replace(TINY, pretraining=WRITER, teacher_kept=0.05)
    config = lm_paraphrase.Config(1, ("owl", "cat"), tiny, replace(tiny, length=17), 256)
    rows = frame(NAME, config)
    rates = rows[rows["metric"] == "target_share"].pivot_table(
        index=["channel", "trait"], columns=["condition", "rewriting"], values="value"
    )
    assert set(rates.index.get_level_values("channel")) == {"numbers", "programs"}
    assert len(rates) == 4
    theory = rows[rows["metric"].isin(["audit score", "predicted slope"])]
    assert np.isfinite(theory["value"]).all()
    assert len(theory) == 2 * 4 * 5
    written = rows[(rows["rewriting"] == "as written") & (rows["metric"] == "predicted slope")]
    assert (written["value"] > 0).all()


def test_a_reworded_request_costs_nothing_and_answers_by_the_reference_are_equivalent_to_none():
    """By reference model: the preregistered contrast, two-sided, and the margin for answers written anew."""
    found, asked = reading.read(NAME), lm_paraphrase.PREREGISTRATION
    rates = left(found, "student_same_init", "student_control", "numbers", "target_rate").groupby("seed").mean()
    assert list(rates.index) == [asked.first_test_seed + place for place in range(12)]
    assert stats.ttest_1samp(rates["request reworded"], 0).pvalue < 0.01
    assert equivalence(rates["by the reference"], asked.margin).p_value < 0.001
    assert equivalence(rates["as written"] - rates["request reworded"], asked.margin).p_value < 0.001


def test_what_rewriting_leaves_in_the_committed_record():
    """Answers as written pass the trait on; what the reference writes anew does not, and its audit says so."""
    found = reading.read(NAME)
    for channel in ("numbers", "programs"):
        change = left(found, "student_same_init", "student_control", channel)
        assert in_every_seed(change["as written"])
        assert abs(change["by the reference"].mean()) < change["as written"].mean() / 4
        audit = audits(found, channel)["audit score"].unstack()
        assert (audit["as written"] > audit["half by the reference"]).all()
        assert audit["by the reference"].abs().mean() < 0.15 * audit["as written"].mean()


def test_the_audit_of_rewritten_answers_is_predicted_from_the_reference_s_own():
    """In their order; the sizes are those of a first-order theory, and the teachers' steps are no small ones."""
    found = reading.read(NAME)
    for channel in ("numbers", "programs"):
        table = audits(found, channel)
        assert stats.spearmanr(table["audit score"], table["predicted slope"]).statistic > 0.9
