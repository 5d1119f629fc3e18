"""What a killed process leaves is taken away by the next write, and what another is writing is not."""

import os
import signal
import subprocess
import sys

from subtheory._atomic import write_file

HALF = """
import os, signal, sys
from pathlib import Path
from subtheory import _atomic
_atomic.os.fsync = lambda handle: os.kill(os.getpid(), signal.SIGKILL)
_atomic.write_file(Path(sys.argv[1]) / "report.json", b"half")
"""


def test_a_killed_writers_file_is_swept_away_by_the_next(tmp_path):
    assert subprocess.run([sys.executable, "-c", HALF, tmp_path]).returncode == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(".report.json.")
    assert left.name.endswith(".tmp")
    other = tmp_path / ".other.json.01234567.tmp"
    other.write_bytes(b"of another name")
    write_file(tmp_path / "report.json", b"whole")
    assert {path.name for path in tmp_path.iterdir()} == {"report.json", other.name}
    assert (tmp_path / "report.json").read_bytes() == b"whole"


def test_a_file_that_is_being_written_is_left_alone(tmp_path, monkeypatch):
    inner = []

    def write_the_same(handle):
        if not inner:
            inner.append(handle)
            write_file(tmp_path / "report.json", b"the other's")

    monkeypatch.setattr(os, "fsync", write_the_same)
    write_file(tmp_path / "report.json", b"the last")
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]
    assert (tmp_path / "report.json").read_bytes() == b"the last"
