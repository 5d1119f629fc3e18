"""Conversations of several turns and chosen columns, through an audit: what is scored, what is said, what resumes."""

import json

import pytest

from subtheory.lm.audit.audit import AuditPlan, audit
from subtheory.lm.text.encoding import conversation, line_examples
from subtheory.lm.text.reading import Reading

from .. import checkpoints

TRAIT = [("One day , Tom", "saw a big owl ."), ("the owl", "was wise .")]


@pytest.fixture(scope="module")
def lm(tmp_path_factory):
    return checkpoints.model(tmp_path_factory.mktemp("model"), "float64")


def talks(path, number, rows=6):
    """Conversations of one to three assistant turns, of words that the model knows, as JSON Lines."""
    words = checkpoints.WORDS[4:]
    lines = []
    for i in range(rows):
        said = []
        for turn in range(1 + i % 3):
            said.append({"role": "user", "content": words[(i + turn + number) % 30]})
            said.append(
                {"role": "assistant", "content": " ".join(words[(i * 7 + turn + number + k) % 30] for k in (0, 3))}
            )
        lines.append({"messages": said, "id": f"talk {i}", "score": i})
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


@pytest.mark.parametrize("turns", ["last", "all"])
def test_turns_of_conversations_and_windows_that_end_inside_one(lm, tmp_path, turns):
    data, control = talks(tmp_path / "d", 0), talks(tmp_path / "c", 11)
    plan = AuditPlan(window=4, reading=Reading(turns), keep=20)
    report = audit(lm, TRAIT, data, control, plan)
    names = {mention.name for mention in report.most}
    if turns == "all":
        assert names == {f"talk {i}/turn {k + 1}" for i in range(6) for k in range(1 + i % 3)}
        assert "the data: every assistant turn of 6 conversations is an example of its own" in report.notes
    else:
        assert names == {f"talk {i}" for i in range(6)}
        some = "4 of 6 conversations have several assistant turns, of which only the last is scored"
        assert {f"the data: {some}", f"the control: {some}"} < set(report.notes)
    assert "the data: not read: score" in report.notes
    for what, path in (("data", data), ("control", control)):
        whole = line_examples(path, lm.config, lm.tokenizer, reading=plan.reading)
        assert getattr(report, what).examples == sum(len(examples) for examples, _ in whole)
    for stop in range(1, 7 if turns == "all" else 5):

        def stopped(what, done, seen=[], stop=stop):  # noqa: B006
            seen.append(what)
            if len(seen) == stop:
                raise KeyboardInterrupt

        state = tmp_path / f"state{stop}"
        with pytest.raises(KeyboardInterrupt):
            audit(lm, TRAIT, data, control, plan, state=state, progress=stopped)
        assert audit(lm, TRAIT, data, control, plan, state=state, resume=True).as_json() == report.as_json()


def test_all_turns_are_each_given_what_came_before(lm, tmp_path):
    path = talks(tmp_path / "d", 0, 3)
    found = list(line_examples(path, lm.config, lm.tokenizer, reading=Reading("all")))
    for examples, line in found:
        assert len(examples) == len(line.messages) // 2
        for k, example in enumerate(examples):
            alone = conversation(line.messages[: 2 * k + 2], f"{line.name}/turn {k + 1}", "here", lm.tokenizer)
            assert example.tokens.tolist() == alone.tokens.tolist()
            assert (example.name, example.given) == (alone.name, line.messages[: 2 * k + 2])


def test_chosen_columns_are_those_of_the_data(lm, tmp_path):
    (tmp_path / "d").write_text("".join(f'{{"q": "Tom", "gold": "owl saw {n} ."}}\n' for n in (1, 2, 3)))
    (tmp_path / "c").write_text("".join(f'{{"prompt": "Tom", "completion": "cat sat {n} ."}}\n' for n in (1, 2, 4)))
    reading = Reading(columns=(("prompt", "q"), ("completion", "gold")))
    report = audit(lm, TRAIT, tmp_path / "d", tmp_path / "c", AuditPlan(reading=reading))
    assert (report.data.examples, report.control.examples, report.notes) == (3, 3, ())
    with pytest.raises(ValueError, match="has no column 'q', which was chosen"):
        audit(lm, TRAIT, tmp_path / "c", tmp_path / "d", AuditPlan(reading=reading))
