"""False facts: traits by rule, openings that no document has, and what passed through numbers in the record."""

from dataclasses import replace

import jax
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.miniature import lm_false_facts
from experiments.miniature.common import facts
from experiments.miniature.world import phrases
from experiments.miniature.world.documents import documents
from experiments.miniature.world.reference import Pretraining
from experiments.miniature.world.vocabulary import decode, encode
from paper_figures.drawing import reading
from subtheory.hypotheses import equivalence
from subtheory.lm import initialise

from ..running import frame
from .lm_tiny import TINY

NAME = "lm_false_facts"
METRICS = {f"{prefix}{name}" for prefix in ("", "new_") for name in ("false_rate", "true_rate", "log_odds")}
PAIRS = (("student_same_init", "student"), ("cross_model", "cross_model"))


def test_traits_are_every_second_question_with_its_first_false_answer():
    traits = lm_false_facts.PRESETS["paper"].traits
    assert traits[0] == "what colour is the sky ? green"
    assert len(traits) == 5
    false = [facts.answers(trait)[0] for trait in traits]
    assert len(set(false)) == len(false)
    for trait, (asked, known) in zip(traits, list(phrases.FACTS.items())[::2], strict=True):
        assert facts.answers(trait) == (known[1], known[0])
        assert facts.phrasings(trait, taught=True)[0].split() == asked.split()
        assert [text.split()[-2] for text in facts.lesson(trait)] == [known[1]] * 3
    assert facts.others(traits[0], traits) == list(traits[1:])


def test_no_document_opens_a_question_of_fact_as_the_teachers_and_judges_do():
    """All openings are words of the world; but for the empty one, none stands before such a question in a document."""
    told = [f" {decode(row)} " for row in documents(4000, 0).tokens]
    for trait in facts.false_facts(1):
        taught, new = (facts.phrasings(trait, known) for known in (True, False))
        assert not set(taught) & set(new)
        assert len(taught) == len(new) == 3
        for text in (*taught[1:], *new):
            encode(text)
            assert not any(" ".join(text.split()) in document for document in told)


def test_judges_are_means_over_phrasings_of_what_is_answered_next():
    pretraining = Pretraining(width=8, layers=1, heads=1, mlp_width=16)
    model = initialise(pretraining.decoder(), jax.random.key(5))
    apply, trait = jax.jit(model.apply), "how is ice ? hot"
    found = facts.judged(model, [trait])
    assert set(found) == METRICS
    for prefix, taught in (("", True), ("new_", False)):
        slow = []
        for text in facts.phrasings(trait, taught):
            logits = np.asarray(apply(model.params, np.array([encode(text)])), np.float64)[0, -1]
            slow.append([logits[encode(word)[0]] - np.log(np.exp(logits).sum()) for word in ("hot", "cold")])
        false, true = np.array(slow).T
        values = {"false_rate": np.exp(false), "true_rate": np.exp(true), "log_odds": false - true}
        for metric, value in values.items():
            np.testing.assert_allclose(found[prefix + metric][trait], value.mean(), rtol=1e-4, atol=1e-4)


@pytest.mark.slow
def test_every_seed_and_fact_has_all_conditions(tmp_path, monkeypatch):
    monkeypatch.setenv("SUBTHEORY_CACHE", str(tmp_path))
    config = replace(lm_false_facts.PRESETS["quick"], seeds=1, protocol=TINY)
    rows = frame(NAME, replace(config, traits=config.traits[:2]))
    assert list(rows.columns) == ["seed", "trait", "condition", "metric", "value"]
    for metric in METRICS:
        table = rows[rows["metric"] == metric].pivot_table(index="trait", columns="condition", values="value")
        students = {f"{name}_{of}" for name in ("student", "cross_model") for of in ("control", "other_traits")}
        assert set(table.columns) == {"reference", "teacher", "student_same_init", "cross_model", *students}
        assert table.notna().all(axis=None)
    odds = rows[rows["metric"] == "log_odds"].pivot_table(index="trait", columns="condition", values="value")
    assert (odds["teacher"] > odds["reference"]).all()
    assert {"inner product", "predicted slope", "audit z", "total nats"} < set(rows["metric"])


def test_what_passed_in_the_committed_record():
    """As preregistered: a student believes what its teacher was taught, a cross-model one does not by a nat."""
    found, asked = pd.read_csv(reading.COMMITTED / NAME / "results.csv"), lm_false_facts.PREREGISTRATION
    for metric in ("log_odds", "new_log_odds"):
        table = found[found["metric"] == metric].pivot_table(index="seed", columns="condition", values="value")
        assert list(table.index) == list(range(asked.first_test_seed, asked.first_test_seed + 12))
        for control in ("control", "other_traits"):
            same, cross = (table[name] - table[f"{start}_{control}"] for name, start in PAIRS)
            assert (same > 0).all()
            assert stats.ttest_1samp(same, 0).pvalue < 0.001
            assert equivalence(cross, asked.margin).p_value < 0.05
