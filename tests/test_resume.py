"""Chunks of an unfinished run: kept whole, given back as they were, and never mixed with another configuration's."""

import errno
import os

import pytest

from subtheory import resume
from subtheory._atomic import WriteError

ROWS = [{"seed": 0, "condition": "a", "metric": "m", "value": 1 / 3}]


def test_chunks_come_back_as_they_were(tmp_path):
    chunks = resume.open_chunks("toy", tmp_path, {"seeds": 2})
    assert chunks.finished(0) is None
    saved = chunks.save(0, ROWS, 1.5)
    again = resume.open_chunks("toy", tmp_path, {"seeds": 2}, resume=True)
    assert again.finished(0) == saved == resume.Finished(tuple(ROWS), 1.5)
    assert again.finished(1) is None
    again.discard()
    assert not list((tmp_path / "toy").iterdir())


def test_damaged_chunk_is_run_again(tmp_path):
    chunks = resume.open_chunks("toy", tmp_path, {})
    chunks.save(0, ROWS, 1.0)
    next(chunks.folder.glob("chunk-*")).write_text('{"rows": [')
    assert chunks.finished(0) is None


def test_leftovers_are_neither_used_nor_dropped_unasked(tmp_path):
    resume.open_chunks("toy", tmp_path, {"seeds": 2}).save(0, ROWS, 1.0)
    with pytest.raises(ValueError, match=r"unfinished run of this configuration; go on with it .--resume."):
        resume.open_chunks("toy", tmp_path, {"seeds": 2})
    for asked in (False, True):
        with pytest.raises(ValueError, match=r"another configuration .seeds is 2 there, 3 here.; discard it"):
            resume.open_chunks("toy", tmp_path, {"seeds": 3}, resume=asked)
    assert resume.open_chunks("toy", tmp_path, {"seeds": 3}, restart=True).finished(0) is None


def test_other_precision_or_version_is_refused(tmp_path, monkeypatch):
    resume.open_chunks("toy", tmp_path, {})
    monkeypatch.setattr(resume, "default_dtype", lambda: "float16")
    with pytest.raises(ValueError, match=r"another configuration .dtype is 'float.*' there, 'float16' here"):
        resume.open_chunks("toy", tmp_path, {}, resume=True)


def test_another_format_is_refused_and_not_touched(tmp_path, monkeypatch):
    """What another version left unfinished is neither gone on with nor misread, and the sentence says why."""
    resume.open_chunks("toy", tmp_path, {"seeds": 2}).save(0, ROWS, 1.0)
    before = {path: path.read_bytes() for path in (tmp_path / "toy").rglob("*") if path.is_file()}
    monkeypatch.setattr(resume, "FORMAT_VERSION", resume.FORMAT_VERSION + 1)
    with pytest.raises(
        ValueError, match=r"\(format_version is 1 there, 2 here\); discard it \(--overwrite\)"
    ) as refusal:
        resume.open_chunks("toy", tmp_path, {"seeds": 2}, resume=True)
    assert "\n" not in str(refusal.value)
    assert before == {path: path.read_bytes() for path in (tmp_path / "toy").rglob("*") if path.is_file()}
    assert resume.open_chunks("toy", tmp_path, {"seeds": 2}, restart=True).finished(0) is None


def test_unreadable_header(tmp_path):
    chunks = resume.open_chunks("toy", tmp_path, {})
    (chunks.folder / "config.json").write_text("{}")
    with pytest.raises(ValueError, match=r"its config.json cannot be read"):
        resume.open_chunks("toy", tmp_path, {}, resume=True)


def test_full_disk_keeps_earlier_chunks(tmp_path, monkeypatch):
    chunks = resume.open_chunks("toy", tmp_path, {})
    chunks.save(0, ROWS, 1.0)

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WriteError, match="is full"):
        chunks.save(1, ROWS, 1.0)
    monkeypatch.undo()
    assert chunks.finished(0) is not None
    assert chunks.finished(1) is None
    assert sorted(path.name for path in chunks.folder.iterdir()) == ["chunk-000000.json", "config.json"]
