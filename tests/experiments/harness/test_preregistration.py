"""Development and test seeds apart, blocks apart, and records that are not what their experiment says any more."""

from __future__ import annotations

import itertools
import json
import re

import pytest

from experiments import __main__ as command
from experiments.harness import registry, rooms
from experiments.harness.code_digest import module_digest, source_digest
from experiments.harness.preregistration import Preregistration
from experiments.harness.staleness import stale
from paper_figures.drawing.reading import COMMITTED

NAMES = rooms.names()


def plans():
    modules = {name: registry.load(name) for name in NAMES}
    return {
        n: m.PREREGISTRATION
        for n, m in modules.items()
        if isinstance(getattr(m, "PREREGISTRATION", 0), Preregistration)
    }


def test_blocks_of_test_seeds_are_apart():
    every = plans()
    assert "lm_numbers" in every
    for (one, a), (other, b) in itertools.combinations(every.items(), 2):
        assert not set(a.test_seeds) & set(b.test_seeds), (one, other)


def test_paper_profiles_run_test_seeds_and_quick_ones_do_not():
    for name, plan in plans().items():
        presets = registry.load(name).PRESETS
        paper, quick = presets["paper"], presets["quick"]
        assert set(range(paper.first_seed, paper.first_seed + paper.seeds)) <= set(plan.test_seeds), name
        assert not set(range(quick.first_seed, quick.first_seed + quick.seeds + 1)) & set(plan.test_seeds), name


def test_a_development_seed_among_the_test_seeds_is_refused():
    with pytest.raises(ValueError, match="development seed 2005 lies in the block of test seeds 2000 to 2099"):
        Preregistration((0, 2005), 2000, "a contrast")


def test_words_and_layout_do_not_change_the_digest_and_code_does():
    source = '"""Words."""\nCOST = {"quick": 1}\n"""Of it."""\nPRESETS = {"quick": 3}\n\n\n'
    source += 'def f(x):\n    """Doubled."""\n    return 2 * x\n'
    same = '"""Other words."""\nCOST = {"quick": 9}\nPRESETS = {"quick": 4}\ndef f(x):  # twice\n    return 2*x\n'
    same += "from a import b as about\ndef about(config):\n    return {}\n"
    assert source_digest(source) == source_digest(same)
    assert source_digest(source) != source_digest(source.replace("2 * x", "3 * x"))


def copied(tmp_path, name, change):
    """A committed record with its run.json changed."""
    folder = tmp_path / name
    folder.mkdir()
    for file in (COMMITTED / name).iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    run = json.loads((folder / "run.json").read_text())
    change(run)
    (folder / "run.json").write_text(json.dumps(run))
    return tmp_path


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda run: run["config"].update(points=7), "points is 7, and the paper profile says"),
        (lambda run: run["config"].update(strange=1), "strange is 1, and the paper profile says 'nothing'"),
        (lambda run: run.update(code="0" * 16), "it was made by the module with digest 0000000000000000, which is"),
    ],
)
def test_a_stale_record_is_found(tmp_path, change, words, capsys):
    folder = copied(tmp_path, "aux_count", change)
    assert any(sentence.startswith(words) for sentence in stale("aux_count", folder))
    assert command.main(["check", "aux_count", "--records", str(folder)]) == 1
    assert "1 records, 1 stale" in capsys.readouterr().out


def test_what_decides_no_number_makes_no_record_stale(tmp_path):
    """Another number of seeds, and the digest of the code that is there."""

    def change(run):
        run["config"]["seeds"] = 3
        run["code"] = module_digest(registry.load("aux_count"))

    assert stale("aux_count", copied(tmp_path, "aux_count", change)) == []


def test_seeds_outside_of_the_block_are_named(tmp_path):
    folder = copied(tmp_path, "lm_numbers", lambda run: run.update(seeds=[5, 6]))
    assert any(
        "its seeds begin at 5, outside the test seeds from 2000 on" in one for one in stale("lm_numbers", folder)
    )


@pytest.mark.parametrize("name", [name for name in NAMES if (COMMITTED / name).is_dir()])
def test_no_committed_record_is_stale(name):
    assert stale(name, COMMITTED) == []


def test_a_name_that_is_none_is_refused(capsys):
    assert command.main(["check", "lm_number"]) == 2
    assert re.search(r"did you mean 'lm_numbers'", capsys.readouterr().err)
