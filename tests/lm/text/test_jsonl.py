"""JSON Lines: what is read, and that every complaint names file and line."""

import json
import re

import pytest

from subtheory.lm.text.jsonl import read_lines


def write(path, *lines):
    path.write_text("".join(line if isinstance(line, str) else json.dumps(line) + "\n" for line in lines))
    return path


def test_text_tokens_and_messages(tmp_path):
    conversation = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Owl"}]
    path = write(
        tmp_path / "a.jsonl",
        {"prompt": "One day,", "completion": " Tom", "id": "first"},
        "\n",
        {"prompt": [1, 2], "completion": [3]},
        {"messages": conversation},
        {"completion": "no prompt"},
    )
    first, second, third, fourth = read_lines(path)
    assert (first.prompt, first.completion, first.name, first.number) == ("One day,", " Tom", "first", 1)
    assert (second.prompt, second.completion, second.name) == ((1, 2), (3,), "3")
    assert third.messages == (("user", "Hi"), ("assistant", "Owl"))
    assert (fourth.prompt, fourth.number) == ("", 5)
    assert fourth.end == path.stat().st_size


def test_reading_goes_on_from_the_end_of_any_line(tmp_path):
    path = write(tmp_path / "a.jsonl", *({"completion": f"é{n}"} for n in range(5)))
    lines = list(read_lines(path))
    for line in lines:
        assert list(read_lines(path, line.end, line.number)) == lines[line.number :]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"prompt": ', "is not JSON"),
        ("[1, 2]\n", "is a list; expected an object"),
        ({"prompt": "a", "completoin": "b"}, "unknown field 'completoin': did you mean 'completion'?"),
        ({"prompt": "a"}, "has no completion"),
        ({"prompt": "a", "completion": ""}, "is empty; expected at least one token"),
        ({"prompt": "a", "completion": []}, "is empty; expected at least one token"),
        ({"prompt": 3, "completion": "b"}, "the prompt in line 2"),
        ({"prompt": "a", "completion": [1.5]}, "the completion in line 2"),
        ({"messages": [], "completion": "b"}, "expected one or the other"),
        ({"messages": "hello"}, "no list of objects with role and content"),
        ({"messages": [{"role": "user", "content": "b"}]}, "do not end in an assistant's text"),
        ({"messages": [{"role": "user", "content": 3}]}, "no text"),
        ('{"completion": "a", "completion": "b"}\n', "has the field 'completion' twice; expected every field once"),
        ('{"messages": [{"role": "user", "content": "a", "role": "b"}]}\n', "has the field 'role' twice"),
        (
            {"messages": [{"role": "user", "content": "b"}, {"role": "assistant", "content": "c", "weight": 0}]},
            "has weight 0, which asks not to learn it",
        ),
    ],
)
def test_a_bad_line_is_named(tmp_path, line, words):
    path = write(tmp_path / "bad.jsonl", {"completion": "fine"}, line)
    with pytest.raises(ValueError, match=re.escape(words)) as refusal:
        list(read_lines(path))
    assert "line 2" in str(refusal.value)
    assert "bad.jsonl" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_bytes_that_are_no_text_are_named(tmp_path):
    (tmp_path / "bad.jsonl").write_bytes(b'{"completion": "\xff\xfe"}\n')
    with pytest.raises(ValueError, match="line 1"):
        list(read_lines(tmp_path / "bad.jsonl"))


@pytest.mark.parametrize("content", ["", "\n \n"])
def test_an_empty_file_is_refused(tmp_path, content):
    (tmp_path / "empty.jsonl").write_text(content)
    with pytest.raises(ValueError, match="holds no examples; expected one JSON object a line"):
        list(read_lines(tmp_path / "empty.jsonl"))


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ValueError, match="cannot read .*no such file"):
        list(read_lines(tmp_path / "none.jsonl"))
