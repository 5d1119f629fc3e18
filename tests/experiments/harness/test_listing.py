"""`list` and `show`: room by room, from what the modules declare, without JAX."""

import subprocess
import sys

import pytest

from experiments import __main__ as command
from experiments.harness import catalogue, rooms
from paper_figures.drawing import reading
from subtheory import record


def test_the_list_goes_room_by_room_with_cost_and_what_one_sees(capsys):
    assert command.main(["list"]) == 0
    out = capsys.readouterr().out
    heads = [line.split(":")[0] for line in out.splitlines() if line and not line.startswith(" ")]
    assert heads == list(rooms.ROOMS)
    lines = out.splitlines()
    at = next(index for index, line in enumerate(lines) if line.startswith("  lm_cross_models "))
    assert lines[at].endswith("quick 3 min, paper 118 min; figure 8")
    assert "which models a preference passes between" in lines[at + 1]
    assert [line.split()[0] for line in lines if line.startswith("  ") and "; " in line and "quick" in line]
    assert sum(" quick " in line and " paper " in line for line in lines) == len(rooms.names())


def test_a_figure_of_the_paper_finds_its_experiment(capsys):
    assert command.main(["list", "--paper", "Figure  8"]) == 0
    assert [one.name for one in catalogue.entries("figure 8")] == ["lm_cross_models"]
    assert "lm_numbers" not in capsys.readouterr().out
    assert command.main(["list", "--paper", "figure 88"]) == 2
    assert "unknown part of the paper 'figure 88': did you mean 'figure 8'?" in capsys.readouterr().err


def test_show_says_all_about_one(capsys):
    assert command.main(["show", "filtering_law"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("filtering_law (experiments/one_step/filtering_law.py): quick 5 s, paper 12 s; T10\n")
    assert "python -m experiments run filtering_law" in out
    assert "\nquick:\n  seeds = 5\n" in out
    assert command.main(["show", "filtering_lav"]) == 2
    assert "did you mean 'filtering_law'?" in capsys.readouterr().err


@pytest.mark.parametrize("name", rooms.names())
def test_every_experiment_declares_paper_claims_and_cost(name):
    one = catalogue.entry(name)
    assert set(one.cost) == {"quick", "paper"}
    assert all(isinstance(seconds, int) and seconds > 0 for seconds in one.cost.values())
    assert all(part.split()[0] in ("figure", "theorem", "table") for part in one.paper)
    theory = (catalogue.HERE.parent / "docs" / "theory.md").read_text()
    assert all(f'<a id="{claim.lower()}"></a>\n' in theory for claim in one.claims)


@pytest.mark.parametrize("name", rooms.names())
def test_the_declared_cost_is_not_more_than_the_record_took(name):
    """Records were made on busy machines, so that they bound the cost of two idle cores from above."""
    run = record.read(reading.COMMITTED / name).run
    per_seed = run["wall_seconds"] / len(run["seeds"])
    from experiments.harness import registry

    declared = catalogue.entry(name).cost["paper"] / registry.load(name).PRESETS["paper"].seeds
    assert declared <= 1.5 * per_seed


def test_a_reader_who_has_seen_enough_is_no_error():
    run = subprocess.run(
        f"{sys.executable} -m experiments list | head -1", shell=True, capture_output=True, text=True, check=False,
        cwd=catalogue.HERE.parent,
    )  # fmt: skip
    assert run.stdout.startswith("one_step: ")
    assert run.stderr == ""
