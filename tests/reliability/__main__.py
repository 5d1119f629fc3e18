"""``python -m tests.reliability``: the whole campaign; writes its record and its page, fails on any failure."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from . import campaign, hardships
from .page import page

RECORD = Path(__file__).with_name("record.json")
PAGE = campaign.ROOT / "docs" / "reliability.md"


def failures(record: dict) -> list[str]:
    """What should not be in a record, in words."""
    found = [f"{kind}: {one[way]} {way}" for kind, one in record["mutations"].items()
             for way in ("traceback", "hang", "crash") if one[way]]  # fmt: skip
    for name, one in record["interruptions"].items():
        if one["same bytes"] != one["sent"] or one["stray files"] or one["tracebacks"]:
            found.append(f"{name}: {one}")
    fine = ("as always", "exit code 1, one sentence", "exit code 2, one sentence")
    return found + [f"{what}: {how}" for what, how in record["surroundings"].items() if how not in fine]


def main() -> int:
    """Run everything, write what came of it, and say what failed."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        record = {
            "mutations": campaign.run(campaign.bases(folder / "bases")),
            "interruptions": hardships.interruptions(folder / "interruptions"),
            "surroundings": hardships.surroundings(folder / "surroundings"),
            "versions": campaign.versions(),
        }
    RECORD.write_text(json.dumps(record, indent=2) + "\n")
    PAGE.write_text(page(record))
    print(*failures(record), sep="\n")
    return bool(failures(record))


if __name__ == "__main__":
    sys.exit(main())
