"""Compiled programs are kept by command lines alone, in a bounded folder that bears kills and company."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from subtheory import _compilation_cache
from subtheory._compilation_cache import cache_folder, mend

ROOT = Path(__file__).resolve().parents[1]
COMPUTE = """
import sys, warnings
warnings.simplefilter("error")
from subtheory._compilation_cache import use_compilation_cache
import jax, jax.numpy as jnp
hits = []
jax.monitoring.register_event_listener(lambda event, **_: hits.append(event) if event.endswith("cache_hits") else None)
print(use_compilation_cache())
jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
for size in range(1, 1 + int(sys.argv[1])):
    assert float(jax.jit(lambda x: jnp.sum(jnp.sin(x) @ x.T))(jnp.ones((size, size)))) > 0
print(len(hits))
"""


def started(cache, sizes=2):
    environment = {name: value for name, value in os.environ.items() if "COMPILATION_CACHE" not in name}
    environment |= {"SUBTHEORY_CACHE": str(cache), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, "-c", COMPUTE, str(sizes)], env=environment, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip


def finished(process):
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    folder, hits = out.splitlines()[-2:]
    return folder, int(hits), err


def programs(folder):
    return sorted(path.name for path in Path(folder).glob("*-cache"))


def test_a_second_process_finds_what_the_first_has_compiled(tmp_path):
    folder, hits, _ = finished(started(tmp_path))
    assert Path(folder).parent == tmp_path / "compiled"
    assert hits == 0
    kept = programs(folder)
    assert kept
    assert finished(started(tmp_path))[1] == len(kept)
    assert programs(folder) == kept


def test_processes_share_the_folder(tmp_path):
    together = [started(tmp_path, 8) for _ in range(3)]
    (folder,) = {finished(one)[0] for one in together}  # each of them turns a warning of the cache into an error
    assert finished(started(tmp_path, 8))[1] == len(programs(folder)) >= 8


def test_what_a_killed_process_leaves_is_thrown_away(tmp_path):
    folder = Path(finished(started(tmp_path))[0])
    kept = programs(folder)
    (folder / "half-cache").write_bytes(b"half a program")
    (folder / kept[0].replace("-cache", "-atime")).unlink()
    (folder / "alone-atime").write_bytes(b"")
    _, hits, err = finished(started(tmp_path))
    assert hits == len(kept) - 1
    assert "half" not in err
    assert programs(folder) == kept
    assert not (folder / "alone-atime").exists()


def test_a_folder_that_is_in_use_is_left_alone(tmp_path, monkeypatch):
    import filelock

    monkeypatch.setattr(_compilation_cache, "LONGEST_WAIT", 0.05)
    with filelock.FileLock(tmp_path / ".lockfile"), pytest.raises(OSError, match=r"\.lockfile"):
        mend(tmp_path)


def test_the_folder_is_the_platforms_or_the_environments(tmp_path, monkeypatch):
    monkeypatch.setenv("SUBTHEORY_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv("SUBTHEORY_CACHE")
    assert cache_folder().name in ("subtheory", "Cache")  # Windows adds a folder of its own
