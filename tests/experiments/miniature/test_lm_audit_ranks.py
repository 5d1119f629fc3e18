"""The audit of traits × data sets: scores along many directions at once, the table's rows, the committed record."""

import jax
import numpy as np
import pytest
from scipy import stats

from experiments.miniature import lm_audit_ranks
from experiments.miniature.common import protocol as lab
from experiments.miniature.common import theory
from experiments.miniature.world import phrases
from experiments.miniature.world.learning import answer_loss, single_turn_mask
from experiments.miniature.world.reference import world_tokenizer
from experiments.miniature.world.vocabulary import padded
from paper_figures.drawing import reading
from paper_figures.drawing.summaries import rank_agreement_by_seed
from paper_figures.miniature import lm_audit_ranks as figure
from subtheory._keys import key_for
from subtheory.hypotheses import equivalence
from subtheory.lm import initialise

from ..running import frame
from .lm_tiny import TINY

NAME = "lm_audit_ranks"
METRICS = ("target_rate", "displacement score", "displacement z", "gradient score", "gradient z")


@pytest.fixture(scope="module")
def model():
    return initialise(TINY.pretraining.decoder(), key_for(0, "a model"), tokenizer=world_tokenizer())


def favourites(trait):
    rows = padded([text.format(kind="animal", target=trait) for text in phrases.FAVOURITES])
    return lab.Answers(rows, single_turn_mask(rows, ends=False), 1.0)


def test_scores_along_many_directions_are_those_along_each(model):
    data = favourites("owl")
    directions = [lm_audit_ranks.trait_gradient(model, trait) for trait in ("owl", "oak")]
    found = theory.scores_along(model, directions, data)
    each = [theory.answer_scores(model, v, data) for v in directions]
    np.testing.assert_allclose(found, np.transpose(each), rtol=1e-4, atol=1e-6)


def test_a_trait_s_gradient_is_that_of_the_loss_on_its_answers_and_rests_outside_the_layers(model):
    v = lm_audit_ranks.trait_gradient(model, "cat")
    data = favourites("cat")
    gradient = jax.grad(answer_loss(model.apply))(model.params, (data.tokens, data.mask))
    for ours, theirs in zip(*(jax.tree.leaves(tree["layers"]) for tree in (v, gradient)), strict=True):
        np.testing.assert_allclose(ours, -theirs, rtol=1e-3, atol=1e-5)
    assert not np.any(v["embedding"]["tokens"])


def test_the_rank_correlation_is_scipys_the_mean_over_kinds_of_a_seed():
    x, y = np.random.default_rng(0).normal(size=(2, 3, 2, 5, 6))
    for seed, found in enumerate(rank_agreement_by_seed(x, x + y)):
        kinds = [stats.spearmanr(x[seed, k].ravel(), (x + y)[seed, k].ravel()).statistic for k in range(2)]
        assert found == pytest.approx(np.mean(kinds))


@pytest.mark.slow
def test_every_trait_meets_every_data_set_for_both_starts(tmp_path, monkeypatch):
    monkeypatch.setenv("SUBTHEORY_CACHE", str(tmp_path))
    traits = ("owl", "cat")
    rows = frame(NAME, lm_audit_ranks.Config(1, traits, 128, TINY))
    students = rows[rows["condition"] == "student_same_init"]
    theory = students[students["metric"] == "predicted slope"]
    assert (theory["data_set"] == theory["trait"]).all()
    assert sorted(theory["trait"]) == sorted(traits)
    assert (theory["value"] > 0).all()
    table = students[students["metric"].isin(METRICS)].pivot_table(
        index=["trait", "data_set"], columns="metric", values="value"
    )
    assert len(table) == len(traits) * (len(traits) + 1)
    assert table.notna().to_numpy().all()
    own = table.xs(lm_audit_ranks.OWN, level="data_set")
    np.testing.assert_allclose(own[["displacement z", "gradient z"]], 0, atol=1e-6)
    students = rows[(rows["metric"] == "target_rate") & (rows["data_set"] != "none")]
    assert set(students["condition"]) == {"teacher", "student_same_init", "cross_model"}
    assert students["value"].is_unique


@pytest.fixture(scope="module")
def tables():
    """(Audit's metric, start that was audited, students) → their tables, and rank agreement."""
    record = reading.read(NAME)

    def found(metric, audited, trained):
        return [figure.cells(part) for part in (figure.score(record, metric, audited), figure.changes(record, trained))]

    return found


SAME, CROSS = "student_same_init", "cross_model"


def test_the_committed_record_settles_what_was_preregistered(tables):
    """By reference model, two-sided: the audit orders data sets for its own model, and not for another."""
    asked = lm_audit_ranks.PREREGISTRATION
    seeds = sorted(set(reading.read(NAME).rows["seed"]))
    assert seeds == list(range(asked.first_test_seed, asked.first_test_seed + 12))
    for metric in ("displacement score", "gradient score"):
        found = stats.ttest_1samp(rank_agreement_by_seed(*tables(metric, SAME, SAME)), 0)
        assert found.pvalue < 0.01
        assert found.statistic > 0
    across = rank_agreement_by_seed(*tables("displacement score", SAME, CROSS))
    assert equivalence(across, asked.margin).p_value < 0.05


def test_the_data_set_with_the_largest_score_passes_on_most_of_the_trait(tables):
    """By reference model; the traits of one share it."""
    hits = {
        trained: (audit.argmax(axis=-1) == change.argmax(axis=-1)).reshape(len(audit), -1).mean(axis=1)
        for trained in (SAME, CROSS)
        for audit, change in [tables("displacement score", SAME, trained)]
    }
    assert (hits[SAME] > 1 / 6).all()
    assert hits[SAME].mean() > 2 * hits[CROSS].mean()
