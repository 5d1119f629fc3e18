"""The campaign sees failures, and is the same every time; a part of it runs here where slow tests do."""

import json
import shutil

import pytest

from . import campaign, hardships
from .__main__ import PAGE, RECORD, failures
from .mutations import COUNTS, mutate
from .page import page


def test_a_failure_is_seen():
    fine = {"success": 1, "sentence": 9, "traceback": 0, "hang": 0, "crash": 0}
    interrupted = {"sent": 3, "same bytes": 3, "stray files": 0, "tracebacks": 0}
    record = {"mutations": {"config": fine}, "interruptions": {"audit": {"SIGTERM": interrupted}},
              "surroundings": {"LC_ALL=C": "as always"}, "versions": {"python": "3"}}  # fmt: skip
    assert failures(record) == []
    assert "10 mutations: 1 loaded all the same, 9 ended in one sentence, 0 did anything else." in page(record)
    fine["hang"] = interrupted["stray files"] = 1
    record["surroundings"]["LC_ALL=C"] = "a traceback"
    assert len(failures(record)) == 3


def test_a_seed_is_a_mutation(tmp_path):
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text('{"a": 1, "b": {"c": [1, 2]}}')
    different = set()
    for seed in range(20):
        contents = []
        for name in ("one", "other"):
            folder = shutil.copytree(tmp_path / name, tmp_path / f"{name}{seed}")
            mutate("config", folder, seed)
            contents.append((folder / "config.json").read_bytes())
        assert contents[0] == contents[1]
        different.add(contents[0])
    assert len(different) > 10


@pytest.mark.slow
def test_mutations_end_in_success_or_one_sentence(tmp_path):
    ended = campaign.run(campaign.bases(tmp_path), {kind: count // 5 for kind, count in COUNTS.items()})
    for one in ended.values():
        assert one["traceback"] == one["hang"] == one["crash"] == 0


@pytest.mark.slow
def test_an_interrupted_run_comes_to_the_same_bytes(tmp_path):
    for by_signal in hardships.interruptions(tmp_path, places=[0]).values():
        for one in by_signal.values():
            assert one["same bytes"] == one["sent"]
            assert one["stray files"] == one["tracebacks"] == 0


@pytest.mark.slow
def test_hard_circumstances(tmp_path):
    record = {"mutations": {}, "interruptions": {}, "surroundings": hardships.surroundings(tmp_path)}
    assert failures(record) == []


def test_the_page_is_that_of_the_record():
    if RECORD.is_file():
        assert PAGE.read_text() == page(json.loads(RECORD.read_text()))
