"""The audit's experiment: identities on a tiny model with random weights, and what the committed record shows."""

import numpy as np
import pytest

from paper_figures.drawing.reading import read

from ..auxiliary_logits.tiny import config
from ..running import depends_on_its_seed_alone, frame, one, table


@pytest.fixture(scope="module")
def rows():
    return frame("lm_stories", config("lm_stories", seeds=2))


def test_rows_depend_on_their_seed_alone(rows):
    depends_on_its_seed_alone("lm_stories", config("lm_stories", seeds=2), rows)


def test_scores_are_the_alignment_of_the_step_on_the_stories(rows):
    """T9's identity in float32: the mean score by Jacobian-vector products, and the gradient's inner product with v."""
    for condition in ("teacher", "control", "second control"):
        score, product = (table(rows, metric, condition) for metric in ("score", "inner product"))
        scale = np.sqrt(table(rows, "variance", condition))
        assert ((score - product).abs() < 1e-4 * scale).all(axis=None)


def test_the_other_reference_reads_the_same_stories_from_an_init_of_its_own(rows):
    """T9's identity holds there too, along either direction; what it was shown is what the first model was shown."""
    for condition in ("teacher's", "control", "second control"):
        first = "teacher" if condition == "teacher's" else condition
        stories = table(rows, "stories", first)
        for along in ("v", "own v"):
            name = f"other init on {condition}, {along}"
            score, product = (table(rows, metric, name) for metric in ("score", "inner product"))
            assert ((score - product).abs() < 1e-4 * np.sqrt(table(rows, "variance", name))).all(axis=None)
            assert (table(rows, "stories", name).to_numpy() == stories.loc[stories.index[-1:]].to_numpy()).all()
    own, first = (table(rows, "cosine", f"other init on teacher's, {along}") for along in ("own v", "v"))
    assert (own - first).abs().min(axis=None) > 0
    losses = [one(rows, "trait loss", name) for name in ("reference", "other reference")]
    assert (losses[0] - losses[1]).abs().min() > 0
    assert one(rows, "trait loss", "other reference").nunique() == 2  # each seed has an init of its own


def test_every_teacher_is_found(rows):
    assert (table(rows, "p", "teacher").loc[0.3] < 1e-3).all()
    assert (one(rows, "p", "second control") > 1e-3).all()
    assert (table(rows, "nats per story", "teacher") > 0).all(axis=None)


def test_the_committed_record_shows_what_the_documentation_says():
    record = read("lm_stories", columns=("epsilon",))
    assert (record.table("t", "epsilon", "teacher").loc[0.01:] > 10).all(axis=None)
    assert (record.by_seed("t", "second control").abs() < 3.5).all()
    change = {
        alpha: record.table(f"trait loss change, α = {alpha}", "epsilon", "teacher") for alpha in ("0.0001", "0.001")
    }
    control = record.table("trait loss change, α = 0.001", "epsilon", "control").loc[0.0]
    assert (change["0.001"].loc[0.01] < control - 0.1).all()
    assert (change["0.001"].loc[0.07] > 0).all()  # too long a step
    assert (change["0.0001"].loc[0.01:] < 0).all(axis=None)  # of the same sign as the scores
    students = [record.by_seed("trait loss", f"student on {whose}") for whose in ("teacher's", "control's")]
    assert (students[0] < students[1]).all()
    phi, slope = record.table("inner product", "epsilon", "distributions"), record.by_seed("slope", "distributions")
    assert (phi.loc[0.001] / (0.001 * slope) - 1).abs().max() < 0.05


def test_in_the_committed_record_another_initialisation_does_not_see_the_teacher():
    """T4: along the teacher's v nothing, and of the distillation a fraction of the first model's."""
    record = read("lm_stories", columns=("epsilon",))
    other, own = record.by_seed("t", "other init on teacher's, v"), record.table("t", "epsilon", "teacher").loc[0.01]
    assert len(other) == 5
    assert abs(other.mean()) < own.mean() / 10
    assert (other < own / 4).all()
    cosine = record.by_seed("cosine", "other init on teacher's, v")
    assert (cosine.abs() < 0.02 * record.table("cosine", "epsilon", "teacher").loc[0.01]).all()

    def gain(first, second):
        return (record.by_seed("trait loss", second) - record.by_seed("trait loss", first)).mean()

    own_gain = gain("student on teacher's", "student on control's")
    assert 0 < gain("other student on teacher's", "other student on control") < own_gain / 3
