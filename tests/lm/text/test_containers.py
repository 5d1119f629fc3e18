"""Files of every kind that is told by its content, and that reading goes on from any record of each."""

import codecs
import gzip
import json
import re
import sys
from functools import partial

import pytest

from subtheory._extras import MissingExtraError
from subtheory.lm.text.jsonl import read_lines
from subtheory.lm.text.prompts import read_prompts

packed = partial(gzip.compress, mtime=0)  # without a clock, for bytes name the cases: workers must agree on names
ROWS = [{"prompt": f"ä{n}", "completion": f" ö{n}", "id": n} for n in range(5)]
LINES = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS)
COLUMNS = {name: [row[name] for row in ROWS] for name in ROWS[0]}
MARK = codecs.BOM_UTF8.decode()
FILES = {
    "lines": LINES.encode(),
    "lines with a mark": (MARK + LINES).encode(),
    "lines without a last end": LINES.rstrip().encode(),
    "lines ended as on Windows": LINES.replace("\n", "\r\n").encode(),
    "blank lines": LINES.replace("\n", "\n\n  \n").encode(),
    "gzip": packed(LINES.encode()),
    "UTF-16, little end first": codecs.BOM_UTF16_LE + LINES.encode("utf-16-le"),
    "UTF-16, big end first": codecs.BOM_UTF16_BE + LINES.encode("utf-16-be"),
    "gzip of UTF-16": packed(LINES.encode("utf-16")),
    "array": json.dumps(ROWS).encode(),
    "array over lines": ("\n" + json.dumps(ROWS, indent=2)).encode(),
    "array with a mark, compressed": packed((MARK + json.dumps(ROWS)).encode()),
    "array in UTF-16": json.dumps(ROWS).encode("utf-16"),
    "columns": json.dumps(COLUMNS).encode(),
    "columns over lines": json.dumps(COLUMNS, indent=1).encode(),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_is_told_by_its_content_and_goes_on_from_any_record(tmp_path, kind):
    path = tmp_path / "file.dat"
    path.write_bytes(FILES[kind])
    lines = list(read_lines(path))
    assert [(line.prompt, line.completion, line.name) for line in lines] == [
        (row["prompt"], row["completion"], str(row["id"])) for row in ROWS
    ]
    for place, line in enumerate(lines):
        assert list(read_lines(path, line.end, line.number)) == lines[place + 1 :]
        assert list(read_lines(path, line.start, line.number - 1)) == lines[place:]


def test_one_example_over_several_lines(tmp_path):
    (tmp_path / "one.json").write_text('{\n "prompt": [1, 2],\n "completion": [3]\n}\n')
    (line,) = read_lines(tmp_path / "one.json")
    assert (line.prompt, line.completion) == ((1, 2), (3,))
    (tmp_path / "one.json").write_text('{"prompt": [1, 2], "completion": [3, 4]}\n')
    (line,) = read_lines(tmp_path / "one.json")
    assert (line.prompt, line.completion) == ((1, 2), (3, 4))


def test_parquet(tmp_path, monkeypatch):
    parquet = pytest.importorskip("pyarrow.parquet")
    import pyarrow

    path = tmp_path / "file.dat"
    rows = [{**row, "messages": None, "score": 0.5} for row in ROWS]
    parquet.write_table(pyarrow.Table.from_pylist(rows), path)
    monkeypatch.setattr("subtheory.lm.text.containers.ROWS", 2)
    lines = list(read_lines(path))
    assert [line.completion for line in lines] == COLUMNS["completion"]
    assert lines[0].unread == ("score",)
    for place, line in enumerate(lines):
        assert list(read_lines(path, line.end, line.number)) == lines[place + 1 :]
    talk = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Owl"}]
    parquet.write_table(pyarrow.Table.from_pylist([{"messages": talk}]), path)
    assert next(read_lines(path)).messages == (("user", "Hi"), ("assistant", "Owl"))
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(ValueError, match="cannot be read as Parquet .*; expected a whole file.$"):
        list(read_lines(path))


def test_parquet_without_its_library_is_one_sentence(tmp_path, monkeypatch):
    (tmp_path / "file.dat").write_bytes(b"PAR1....")
    for name in ("pyarrow", "pyarrow.parquet"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setattr("subtheory._extras.find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=re.escape("a Parquet file needs pyarrow")) as refusal:
        list(read_lines(tmp_path / "file.dat"))
    assert str(refusal.value).endswith("pip install 'subtheory[parquet]'.")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'[{"completion": "a"}, 3]', "example 2 of"),
        (b'[{"completion": "a"},\n {"completion": }]', "which begins with a bracket, is not JSON"),
        (b"[]", "holds no examples"),
        (b'{"prompt": ["a"], "completion": ["b", "c"]}', "columns of several lengths (prompt 1, completion 2)"),
        (b'{"completion": "a"}\n' + b"[" * 100_000, "line 2 of"),
        (packed(LINES.encode())[:-9], "cannot read"),
        (packed(LINES.encode())[:12] + b"\xff" * 30, "cannot read"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8\x00", "begins as text in UTF-16, and is none"),
        (b'{"completion":\n "a"', "line 1 of"),
    ],
)
def test_damaged_files_are_refused_in_one_sentence(tmp_path, content, words):
    (tmp_path / "bad").write_bytes(content)
    with pytest.raises(ValueError, match=re.escape(words)) as refusal:
        list(read_lines(tmp_path / "bad"))
    assert "bad'" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_lines_are_read_as_they_are_asked_for(tmp_path):
    """What stands behind a line does not matter before it is asked for: nothing reads the file to its end."""
    for name, content in (("plain", LINES.encode()), ("packed", packed(LINES.encode() * 5000)[:-9])):
        path = tmp_path / name
        path.write_bytes(content + b"{broken")
        lines = read_lines(path)
        assert [next(lines).name for _ in range(5)] == list("01234")
        with pytest.raises(ValueError, match="is not JSON|cannot read"):
            list(lines)


@pytest.mark.parametrize(
    "content",
    [
        (MARK + "Tom\n\nÖwl\n").encode(),
        "Tom\nÖwl".encode("utf-16"),
        packed("Tom\r\nÖwl\r\n".encode()),
    ],
)
def test_prompts_have_no_byte_order_mark(tmp_path, content):
    (tmp_path / "prompts.txt").write_bytes(content)
    assert read_prompts(tmp_path / "prompts.txt") == ["Tom", "Öwl"]
