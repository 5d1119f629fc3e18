"""``python -m tests.reliability``: the whole campaign; writes its record and its page, fails on any failure.

    python -m tests.reliability mutations interruptions surroundings

runs the parts that are named and keeps what the record says of the others.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from . import campaign, hardships
from .page import page

RECORD = Path(__file__).with_name("record.json")
PAGE = campaign.ROOT / "docs" / "reliability.md"
PARTS: Mapping[str, Callable[[Path], dict[str, Any]]] = {
    "mutations": lambda folder: campaign.run(campaign.bases(folder)),
    "interruptions": hardships.interruptions,
    "surroundings": hardships.surroundings,
}


def failures(record: dict) -> list[str]:
    """What should not be in a record, in words."""
    found = [f"{kind}: {one[way]} {way}" for kind, one in record["mutations"].items()
             for way in ("traceback", "hang", "crash") if one[way]]  # fmt: skip
    for kind, by_signal in record["interruptions"].items():
        for name, one in by_signal.items():
            if one["same bytes"] != one["sent"] or one["stray files"] or one["tracebacks"]:
                found.append(f"{kind}, {name}: {one}")
    fine = ("as always", "the same bytes", hardships.ROUNDED, "exit code 1, one sentence", "exit code 2, one sentence")
    return found + [f"{what}: {how}" for what, how in record["surroundings"].items() if not how.startswith(fine)]


def main() -> int:
    """Run everything, or the parts that are named; write what came of it, and say what failed."""
    record = json.loads(RECORD.read_text()) if RECORD.is_file() else {}
    for part in sys.argv[1:] or PARTS:
        with tempfile.TemporaryDirectory() as place:
            record[part] = PARTS[part](Path(place))
    record = {part: record[part] for part in PARTS if part in record} | {"versions": campaign.versions()}
    RECORD.write_text(json.dumps(record, indent=2) + "\n")
    if set(PARTS) - set(record):
        print("no page is written before there are", *sorted(set(PARTS) - set(record)))
        return 1
    PAGE.write_text(page(record))
    print(*failures(record), sep="\n")
    return bool(failures(record))


if __name__ == "__main__":
    sys.exit(main())
