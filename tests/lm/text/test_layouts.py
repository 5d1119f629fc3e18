"""Layouts in which data sets are published, each as a small literal file; and what is refused among their columns."""

import json
import re

import pytest

from subtheory.lm.text.jsonl import read_lines
from subtheory.lm.text.reading import Notes, Reading, chosen_columns

HI, OWL = {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Owl"}
SAID = (("user", "Hi"), ("assistant", "Owl"))


def read(tmp_path, text, reading=None):
    path = tmp_path / "data"
    path.write_text(text, encoding="utf-8")
    return list(read_lines(path, reading=reading))


PAIRS = {
    "prompt and completion": ('{"prompt": "a", "completion": "b"}', "a", "b", ()),
    "prompt and response": ('{"prompt": "a", "response": "b"}', "a", "b", ()),
    "question and response": ('{"question": "a", "response": "b", "score": 3}', "a", "b", ("score",)),
    "question and answer": ('{"question": "a", "answer": "b"}', "a", "b", ()),
    "Alpaca": ('{"instruction": "a", "input": "c", "output": "b"}', "a\n\nc", "b", ()),
    "Alpaca without input": ('{"instruction": "a", "input": "", "output": "b"}', "a", "b", ()),
    "Alpaca with text": ('{"instruction": "a", "input": null, "output": "b", "text": "ab"}', "a", "b", ("text",)),
    "Dolly": ('{"instruction": "a", "context": "c", "response": "b"}', "a", "b", ("context",)),
    "id and dataset": ('{"id": "x", "dataset": "d", "prompt": "a", "completion": "b"}', "a", "b", ("dataset",)),
    "a column beside": ('{"prompt_id": 4, "prompt": "a", "completion": "b"}', "a", "b", ("prompt_id",)),
    "no prompt": ('{"completion": "b", "source": "web", "idx": 3}', "", "b", ("source", "idx")),
}


@pytest.mark.parametrize("name", PAIRS)
def test_pairs(tmp_path, name):
    text, prompt, completion, unread = PAIRS[name]
    (line,) = read(tmp_path, text + "\n")
    assert (line.prompt, line.completion, line.unread, line.messages) == (prompt, completion, unread, ())
    assert line.name == ("x" if "id" in json.loads(text) else "1")


CONVERSATIONS = {
    "messages": ('{"messages": [USER, REPLY]}', ()),
    "messages with a score": ('{"messages": [USER, REPLY], "score": 0.5, "id": "x"}', ("score",)),
    "messages with their prompt": (
        '{"prompt": "Hi", "messages": [USER, REPLY], "prompt_id": "x"}',
        ("prompt", "prompt_id"),
    ),
    "messages with tools": ('{"messages": [USER, REPLY], "tools": [{"type": "function"}]}', ("tools",)),
    "messages with names": (
        '{"messages": [{"role": "user", "content": "Hi", "name": "Ann"}, REPLY]}',
        ("messages.name",),
    ),
    "conversational prompt and completion": ('{"prompt": [USER], "completion": [REPLY]}', ()),
    "conversational prompt alone": ('{"prompt": [USER], "completion": "Owl"}', ()),
    "conversational completion alone": ('{"prompt": "Hi", "completion": [REPLY]}', ()),
    "ShareGPT": (
        '{"id": "x", "conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Owl"}]}',
        (),
    ),
    "parts of text": (
        '{"messages": [{"role": "user", "content": [{"type": "text", "text": "H"}, {"text": "i"}]}, REPLY]}',
        (),
    ),
}


@pytest.mark.parametrize("name", CONVERSATIONS)
@pytest.mark.parametrize("turns", ["last", "all"])
def test_conversations(tmp_path, name, turns):
    text, unread = CONVERSATIONS[name]
    text = text.replace("USER", json.dumps(HI)).replace("REPLY", json.dumps(OWL))
    (line,) = read(tmp_path, text, Reading(turns))
    assert (line.messages, line.scored, line.replies, line.unread) == (SAID, (1,), 1, unread)


def test_a_system_turn_of_sharegpt_stays(tmp_path):
    said = [{"from": "system", "value": "s"}, {"from": "human", "value": "h"}, {"from": "gpt", "value": "g"}]
    (line,) = read(tmp_path, json.dumps({"conversations": said}))
    assert line.messages == (("system", "s"), ("user", "h"), ("assistant", "g"))


def test_turns(tmp_path):
    light = {**OWL, "weight": 0}
    text = json.dumps({"messages": [HI, OWL, HI, light, HI, OWL, HI, OWL]})
    assert [line.scored for line in read(tmp_path, text)] == [(7,)]
    (line,) = read(tmp_path, text, Reading("all"))
    assert (line.scored, line.replies) == ((1, 5, 7), 3)
    given = json.dumps({"prompt": [HI, OWL, HI], "completion": [OWL, HI, OWL]})
    assert [line.scored for line in read(tmp_path, given, Reading("all"))] == [(3, 5)]
    ends = json.dumps({"messages": [HI, OWL, HI]})
    assert [line.scored for line in read(tmp_path, ends, Reading("all"))] == [(1,)]
    for turns, messages, words in (
        ("all", [HI, light], "have no assistant's turn that may be scored"),
        ("all", [HI, {**OWL, "content": ""}], "message 2 in line 1"),
        ("last", [HI, OWL, HI, light], "has weight 0, which asks not to learn it"),
        ("last", [HI, OWL, HI], "do not end in an assistant's text"),
    ):
        with pytest.raises(ValueError, match=words):
            read(tmp_path, json.dumps({"messages": messages}), Reading(turns))


def test_text_in_the_chat_template(tmp_path):
    lines = read(tmp_path, '{"question": "Hi", "answer": "Owl"}\n{"completion": "Owl"}\n', Reading(chat=True))
    assert [line.messages for line in lines] == [SAID, SAID[1:]]


def test_chosen_columns(tmp_path):
    reading = Reading(columns=chosen_columns("prompt=q, completion=gold,id=key"))
    text = '{"q": "a", "gold": "b", "completion": "c", "key": 7}\n'
    (line,) = read(tmp_path, text, reading)
    assert (line.prompt, line.completion, line.name, line.unread) == ("a", "b", "7", ("completion",))
    (line,) = read(tmp_path, json.dumps({"talk": [HI, OWL]}), Reading(columns=(("messages", "talk"),)))
    assert line.messages == SAID
    other = '{"prompt": "a", "completion": "b"}\n'
    with pytest.raises(ValueError, match="line 1 .* has no column 'q', which was chosen; it has prompt, completion."):
        read(tmp_path, other, reading)
    (line,) = read(tmp_path, other, reading.beside())
    assert (line.prompt, line.completion) == ("a", "b")


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ("prompt", "columns are 'prompt'; expected FIELD=COLUMN"),
        ("prompt=a,completion=", "expected FIELD=COLUMN"),
        ("promt=a,completion=b", "unknown field 'promt': did you mean 'prompt'?"),
        ("prompt=a", "expected either the completion (and the prompt) or the messages"),
        ("completion=a,completion=b", "expected every field once"),
        ("prompt=a,messages=b", "a prompt beside messages"),
    ],
)
def test_columns_that_make_no_example_are_refused(words, refusal):
    with pytest.raises(ValueError, match=re.escape(refusal)):
        Reading(columns=chosen_columns(words))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"promt": "a", "completion": "b"}', "unknown field 'promt': did you mean 'prompt'?"),
        ('{"Prompt": "a", "completion": "b"}', "unknown field 'Prompt': did you mean 'prompt'?"),
        ('{"prompt": "a", "completoin": "b"}', "unknown field 'completoin': did you mean 'completion'?"),
        ('{"mesages": []}', "unknown field 'mesages': did you mean 'messages'?"),
        ('{"instruction": "a", "inputs": "c", "output": "b"}', "unknown field 'inputs': did you mean 'input'?"),
        ('{"text": "a"}', "has no completion; expected the text that is to be scored; it has text: choose (--columns"),
        ('{"prompt": "a", "answer": "b", "response": "c"}', "has response and answer; expected one of them: choose"),
        ('{"prompt": "a", "question": "b", "answer": "c"}', "has prompt and question; expected one of them: choose"),
        ('{"prompt": ["a", {"b": 1}], "completion": "b"}', "is a list of str; expected text or token ids"),
        ('{"prompt": "a", "completion": [1e3]}', "the completion in line 1"),
        ('{"prompt": "a", "completion": [99999999999999999999]}', "holds a number that is no token id"),
        ('{"prompt": "\\ud800", "completion": "b"}', "the prompt in line 1"),
        ('{"prompt": "a", "completion": "b\\udc00"}', r"holds half a character (\udc00, a lone surrogate)"),
        ('{"id": "\\ud83d", "completion": "b"}', "the id in line 1"),
        ('{"messages": [{"role": "assistant", "content": "\\ud800"}]}', "holds half a character"),
        ('{"messages": [{"role": "assistant", "content": [{"type": "image_url"}]}]}', "a part of type 'image_url'"),
        ('{"messages": [{"role": "assistant", "content": null}]}', "no text; expected text"),
    ],
)
def test_what_is_no_layout_is_refused_in_one_sentence(tmp_path, text, words):
    with pytest.raises(ValueError, match=re.escape(words)) as refusal:
        read(tmp_path, text)
    assert "line 1" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_notes_name_a_column_once_and_count_conversations():
    notes = Notes()
    for unread, replies in ((("score",), 0), (("score", "tools"), 3), ((), 1)):
        notes = notes.adding(unread, replies)
    assert notes == Notes(("score", "tools"), 2, 1)
    assert notes.sentences("the data", "last") == [
        "the data: not read: score, tools",
        "the data: 1 of 2 conversations have several assistant turns, of which only the last is scored",
    ]
    assert "every assistant turn of 2 conversations" in notes.sentences("the data", "all")[1]
    assert Notes().sentences("the data", "all") == []
    assert len(Notes().adding(map(str, range(1000)), 0).unread) == 20
