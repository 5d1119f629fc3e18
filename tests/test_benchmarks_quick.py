"""What quick profiles take: the file is brought up to date one by one, and keeps what was not asked for."""

import json

from benchmarks import quick
from benchmarks.measure import MIB, Usage

USAGE = Usage(exit_code=0, output="", wall=20.04, user=12.0, system=1.26, peak=100 * MIB)


def test_an_entry_is_what_the_process_took():
    found = quick.entry(USAGE)
    assert found["wall_seconds"] == 20.0
    assert found["processor_seconds"] == 13.3
    assert found["peak_megabytes"] == 100
    assert quick.at_most(found) == 13.3


def test_others_stay_and_a_failed_run_changes_nothing(tmp_path, monkeypatch, capsys):
    path = tmp_path / "quick.json"
    path.write_text(json.dumps({"aux_count": {"wall_seconds": 1.0, "processor_seconds": 2.0}}))
    monkeypatch.setattr(quick, "quick", lambda name: USAGE)
    assert quick.main(["lm_numbers", "--json", str(path)]) == 0
    assert list(quick.measured(path)) == ["aux_count", "lm_numbers"]
    assert "lm_numbers: exit code 0, 20 s by the clock, 13 s of processor time" in capsys.readouterr().out
    monkeypatch.setattr(quick, "quick", lambda name: Usage(1, "", 1.0, 1.0, 0.0, MIB))
    before = path.read_text()
    assert quick.main(["lm_code", "--json", str(path)]) == 1
    assert path.read_text() == before


def test_a_name_that_is_none_is_refused(capsys):
    assert quick.main(["lm_number"]) == 2
    assert "did you mean 'lm_numbers'" in capsys.readouterr().err
