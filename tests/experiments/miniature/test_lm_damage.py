"""Students on their way: what is looked at, where two ways meet, and the committed record."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from experiments.miniature import lm_damage
from experiments.miniature.common import damage
from experiments.miniature.common import protocol as lab
from experiments.miniature.world.documents import documents
from experiments.miniature.world.learning import answer_loss
from experiments.miniature.world.reference import SEGMENT
from paper_figures.drawing import reading
from paper_figures.drawing.equal_loss import PAIRS, at_equal_loss, where_reached
from paper_figures.miniature.lm_damage import PLACES, differences
from subtheory.hypotheses import equivalence

from ..running import frame
from .lm_tiny import TINY

NAME = "lm_damage"
TRAITS = ("owl", "oak")


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUBTHEORY_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


def test_the_last_look_is_at_the_student_and_the_first_at_its_start(cache):
    protocol = replace(TINY, student=replace(TINY.student, batch=32))
    start, _ = lab.reference_models(protocol, 0)
    data = lab.first(lab.number_answers(protocol, start, 0, "numbers"), 128)
    unseen = damage.held_out(protocol, 32, 0)
    way = damage.watched(protocol, start, data, unseen, TRAITS, 0, 2)
    assert [look["step"] for look in way] == [0, 2, 4]
    loss = answer_loss(start.apply)
    for look, model in ((way[0], start), (way[-1], lab.student(protocol, start, data, 0))):
        assert look["document loss"] == pytest.approx(float(loss(model.params, (unseen.tokens, unseen.mask))), rel=1e-5)
        assert {trait: look[trait] for trait in TRAITS} == pytest.approx(lab.preferences(model, TRAITS), rel=1e-4)
    assert way[1]["document loss"] not in (way[0]["document loss"], way[2]["document loss"])


def test_unseen_documents_are_in_no_part_that_a_reference_is_trained_on():
    protocol = lm_damage.PRESETS["paper"].protocol
    unseen = {tuple(row) for row in damage.held_out(protocol, 64, 3).tokens}
    parts = protocol.pretraining.steps // SEGMENT
    assert parts < damage.HELD_OUT
    for part in range(parts):
        seen = documents(SEGMENT * protocol.pretraining.batch, 3, protocol.pretraining.mix, part=part)
        assert len(unseen & {tuple(row) for row in seen.tokens}) < 5  # the shortest documents are soon repeated


@given(st.lists(st.floats(0, 10), min_size=2, max_size=9), st.floats(0, 1))
def test_a_way_is_met_where_it_first_reaches_the_level(losses, share):
    loss = np.array(losses)
    level = share * loss.max()
    met = where_reached(loss, loss, level)
    assert met == pytest.approx(max(level, loss[0]))
    step = where_reached(loss, np.arange(len(loss), dtype=float), level)
    assert (loss[: int(np.floor(step))] <= level).all() or step == 0
    assert 0 <= step <= np.argmax(loss >= level)


@pytest.mark.slow
def test_rows_of_every_look(cache):
    config = lm_damage.Config(1, TRAITS, replace(TINY, student=replace(TINY.student, batch=32)), looks=2, documents=16)
    rows = frame(NAME, config)
    ways = rows[rows["metric"] == "document loss"].pivot_table(
        index="step", columns=["condition", "trait"], values="value"
    )
    assert ways.shape == (3, 8)
    assert ways.iloc[0].nunique() == 2  # the same documents, two models
    for control in PAIRS.values():
        assert (ways[control]["owl"] == ways[control]["oak"]).all()


def test_at_equal_loss_the_committed_record_shows_what_passes_to_the_same_initialisation_alone():
    """The unit is the seed; both ways of taking its means agree."""
    record = reading.read(NAME)
    plan = lm_damage.PREREGISTRATION
    found = {name: pd.DataFrame(differences(record, name)).groupby("seed").mean() for name in PAIRS}
    assert list(found["cross_model"].index) == list(range(plan.first_test_seed, plan.first_test_seed + 20))
    for name, table in found.items():
        met = at_equal_loss(record, name)
        again = (met["student"] - met["control"]).groupby("seed").mean()
        assert table[PLACES[1]].to_numpy() == pytest.approx(again.to_numpy())
        assert (met["level"] > 0).all()
    assert stats.ttest_1samp(found["student_same_init"][PLACES[1]], 0).pvalue < 0.01
    half = at_equal_loss(record, "cross_model", 0.5)
    for cross in (found["cross_model"][PLACES[1]], (half["student"] - half["control"]).groupby("seed").mean()):
        assert equivalence(cross, plan.margin).p_value < 0.01
