"""The table of faults cannot rot, and the hunt tells a fault from a harmless change."""

import dataclasses
import json

import pytest

from .__main__ import RECORD, _key, _known
from .hunt import copy, hunted
from .page import page
from .table import ROOT, faults

FAULTS = faults()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_every_fault_can_be_planted(fault):
    text = (ROOT / fault.file).read_text()
    assert fault.planted(text) != text
    compile(fault.planted(text), fault.file, "exec")
    assert fault.only or fault.tests
    assert all((ROOT / place).exists() for place in fault.tests.split())


def test_there_are_enough_and_no_two_are_the_same():
    assert len(FAULTS) >= 60
    assert len({(fault.file, fault.new, fault.old) for fault in FAULTS}) == len(FAULTS)


def test_the_record_is_of_these_faults_and_none_survives():
    known = _known()
    assert set(known) == {_key(fault) for fault in FAULTS}, "run `make mutants` again"
    assert "nobody" not in known.values()
    served = [known[_key(fault)] for fault in FAULTS if fault.only]
    assert served.count("verify") >= 0.95 * len(served)
    assert json.loads(RECORD.read_text())
    assert (ROOT / "docs" / "mutants.md").read_text() == page({fault: known[_key(fault)] for fault in FAULTS})


@pytest.mark.slow
def test_a_planted_fault_is_noticed_and_a_harmless_change_is_not(tmp_path):
    checkout = copy(tmp_path / "copy")
    fault = next(one for one in FAULTS if one.file.endswith("attribution.py"))
    assert hunted(fault, checkout) == "verify"
    assert hunted(dataclasses.replace(fault, only=""), checkout) == "tests"
    harmless = dataclasses.replace(fault, new=fault.old + "  # a comment", tests="tests/theory/test_attribution.py")
    assert hunted(harmless, checkout) == "nobody"
    assert (checkout / fault.file).read_text() == (ROOT / fault.file).read_text()


def test_a_fault_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="holds 'no such text' 0 times; expected once"):
        dataclasses.replace(FAULTS[0], old="no such text").planted("text")
