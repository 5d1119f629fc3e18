"""``subtheory verify`` as a user runs it: exit codes, table, report, and one sentence for every mistake."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from subtheory.cli import main
from subtheory.verification.claim_ids import CLAIM_IDS


def run(*arguments, timeout=600):
    command = [sys.executable, "-m", "subtheory", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)


def test_some_claims_from_the_command_line(tmp_path):
    report = tmp_path / "v.json"
    done = run("verify", "--only", "T3,T7.shares", "--seeds", 2, "--json", report)
    assert done.returncode == 0, done.stderr
    assert "T3.one_softmax_logit" in done.stdout
    assert "fails, as it must" in done.stdout
    assert "Traceback" not in done.stderr
    document = json.loads(report.read_text())
    ids = [claim["id"] for claim in document["claims"]]
    assert ids == [name for name in CLAIM_IDS if name.startswith("T3.")] + ["T7.shares"]
    wanted = {"id", "result", "must", "holds", "measured", "predicted", "tolerance", "n", "statement"}
    assert all(wanted <= set(claim) for claim in document["claims"])
    assert all(claim["holds"] == (claim["must"] == "hold") for claim in document["claims"])
    assert document["provenance"]["config"] == {
        "command": "verify",
        "data": "digits",
        "seeds": 2,
        "only": "T3,T7.shares",
    }
    assert list(tmp_path.iterdir()) == [report]
    first, *lines = done.stderr.splitlines()
    assert first.startswith("computing on the CPU (--device gpu to ask otherwise); compiled programs are kept in ")
    assert [line.split(maxsplit=2)[2].split(":")[0] for line in lines if "verifying" not in line] == [
        "T3 equality cases",
        "T7 attribution",
    ]
    assert lines[-1].endswith("1 of 1 as expected (2 of 2 done)")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--only", "T99"], "unknown result 'T99': did you mean"),
        (["--only", "T1.sgn"], "unknown claim 'T1.sgn': did you mean 'T1.sign'"),
        (["--seeds", "0"], "seeds is 0; expected at least 1"),
        (["--data", "mnist"], "pass one (--data-dir DIR)"),
        (["--data", "mnist", "--data-dir", "no/such/folder"], "no/such/folder"),
        (["--data-dir", "."], "expected --data mnist"),
        (["--json", "no/such/folder/v.json"], "the folder of --json"),
    ],
)
def test_a_mistake_costs_one_sentence(arguments, words, capsys):
    assert main(["verify", *arguments]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("subtheory: ")
    assert words in said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize("content", [b"", b"\x00\x00\x09\x03rubbish", b"\x1f\x8b\x08truncated"])
def test_a_broken_folder_is_named(tmp_path, capsys, content):
    for stem in ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"):
        (tmp_path / f"{stem}-ubyte").write_bytes(content)
    assert main(["verify", "--data", "mnist", "--data-dir", str(tmp_path)]) == 2
    assert "train-images-idx3-ubyte" in capsys.readouterr().err


def test_help_teaches(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["verify", "--help"])
    assert stop.value.code == 0
    said = capsys.readouterr().out
    for words in ("--data-dir", "--only", "--seeds", "--json", "Exit code"):
        assert words in said


def test_bad_usage_is_exit_code_2(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["verify", "--dtaa", "digits"])
    assert stop.value.code == 2
    assert "--data" in capsys.readouterr().err


@pytest.mark.slow
def test_every_claim_on_digits(tmp_path):
    report = tmp_path / "v.json"
    done = run("verify", "--json", report)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [claim["id"] for claim in json.loads(report.read_text())["claims"]] == list(CLAIM_IDS)


@pytest.mark.slow
def test_every_claim_on_mnist(tmp_path, mnist_dir):
    report = tmp_path / "w.json"
    done = run("verify", "--data", "mnist", "--data-dir", mnist_dir, "--json", report)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [claim["id"] for claim in json.loads(report.read_text())["claims"]] == list(CLAIM_IDS)
