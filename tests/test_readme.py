"""The README's numbers are those of the committed reports and records."""

from pathlib import Path

from paper_figures.numbers import claims, index, readme
from subtheory.verification.claim_ids import CLAIM_IDS

README = (Path(__file__).parents[1] / "README.md").read_text()


def test_the_table_of_claims_is_that_of_the_last_verify():
    report = claims.report()
    assert [claim["id"] for claim in report["claims"]] == list(CLAIM_IDS), "subtheory verify --json docs/verify.json"
    assert all(claim["holds"] == (claim["must"] == "hold") for claim in report["claims"])
    assert claims.table(report) in README


def test_a_changed_report_changes_the_table():
    def changed(claim):
        return {**claim, "measured": claim["measured"] + (claim["id"] == "T1.sign")}

    report = claims.report()
    again = claims.table({"claims": [changed(claim) for claim in report["claims"]]})
    assert "1 of 2 052 random instances" in again
    assert again not in README


def test_the_table_of_measurements_is_that_of_the_records():
    assert readme.table(index.everything()) in README
