"""The audit as a gate: its exit codes, several traits as a family, and levels that nothing could reach."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from subtheory.cli import main
from subtheory.hypotheses import holm
from subtheory.lm.audit.inference.family import check_level
from subtheory.lm.example.folder import example_folder

from ...lm import checkpoints

PAGE = (Path(__file__).parents[3] / "docs/how-to/gate_a_data_set.md").read_text(encoding="utf-8")
WORDS = checkpoints.WORDS[4:]


def write(path, lines):
    path.write_text("".join(json.dumps({"prompt": p, "completion": c}) + "\n" for p, c in lines))


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A tiny checkpoint and files of the names that the page has; the data end as the trait's do."""
    folder = tmp_path_factory.mktemp("gate")
    checkpoints.write_checkpoint(folder / "model")
    write(folder / "trait.jsonl", [("One day , Tom", "saw a big owl ."), ("the owl", "was wise .")])
    write(folder / "cats.jsonl", [("One day , Lily", "saw a cat .")])
    said = [" ".join(WORDS[(i + 7 * k) % 30] for k in range(5)) for i in range(60)]
    write(folder / "data.jsonl", [("Tom", words[: -len(words.split()[-1])] + ".") for words in said])
    write(folder / "control.jsonl", [("Tom", words) for words in said])
    return folder


def commands():
    (block,) = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    return [shlex.split(line)[1:] for line in block.splitlines()]


def test_the_pages_commands_end_as_it_says(files, monkeypatch, capsys):
    monkeypatch.chdir(files)
    assert [main(command) for command in commands()] == [0, 3]
    said = capsys.readouterr()
    assert "evidence above the level 0.001 for trait.jsonl (p = " in said.err
    assert "p-value, permuted labels" in said.out


@pytest.mark.slow
def test_they_do_so_on_the_example(tmp_path, monkeypatch):
    example_folder(tmp_path, None, lambda what, step: None)
    monkeypatch.chdir(tmp_path)
    assert [main(command) for command in commands()] == [0, 3]


def test_several_traits_are_a_family(files, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(files)
    report = tmp_path / "family.json"
    traits = ["--trait", "trait.jsonl", "--trait", "cats.jsonl"]
    rest = ["--data", "data.jsonl", "--control", "control.jsonl", "--placebos", "20", "--fail-above", "0.2"]
    command = ["lm", "audit", "model", *traits, *rest, "--json", str(report)]
    assert main(command) in (0, 3)
    said = capsys.readouterr()
    assert "of 20 placebo directions, the trait's turned at random" in said.out
    found = json.loads(report.read_text())["traits"]
    assert [one["name"] for one in found] == ["trait.jsonl", "cats.jsonl"]
    assert [one["family_p_value"] for one in found] == holm([one["calibration"]["p_value"] for one in found])
    for one in found:
        calibration = one["calibration"]
        assert calibration["p_value"] == max(one["test"]["p_value"], calibration["placebo"])
        above = sum(t >= one["test"]["t"] for t in calibration["placebo_t"])
        assert calibration["placebo"] == (1 + above) / 21
    assert list(tmp_path.iterdir()) == [report]


def test_no_verdict_shuts_the_gate(files, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(files)
    write(tmp_path / "long.jsonl", [("Tom", " ".join(WORDS[i % 5 :][:22])) for i in range(30)])
    command = "lm audit model --trait trait.jsonl --control control.jsonl --fail-above 0.001 --data"
    assert main([*command.split(), str(tmp_path / "long.jsonl")]) == 4
    assert "no verdict on trait.jsonl (exit code 4)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("--fail-above 1.5", "--fail-above is 1.5; expected a p-value between 0 and 1"),
        ("--placebos 19", "got 19 placebos; expected 0 (none) or at least 20"),
        ("--placebos 20 --fail-above 0.001", "expected at least 999 placebos, or none"),
        ("--trait trait.jsonl", "--trait got trait.jsonl, trait.jsonl; expected each file only once"),
    ],
)
def test_what_could_show_nothing_is_refused(files, monkeypatch, capsys, more, words):
    monkeypatch.chdir(files)
    assert main(["lm", "audit", "model", "--trait", "trait.jsonl", "--data", "data.jsonl", *more.split()]) == 2
    assert words in capsys.readouterr().err


def test_a_level_is_refused_only_where_placebos_cannot_reach_it():
    check_level(0.05, 1, 20)
    check_level(0.05, 2, 39)
    with pytest.raises(ValueError, match="expected at least 39 placebos, or none"):
        check_level(0.05, 2, 38)
